package io.github.dl4jstability.listeners.internal.rules.step;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.Evidence;
import io.github.dl4jstability.listeners.internal.advice.RateAdvice;
import io.github.dl4jstability.listeners.internal.diagnosis.CurrentDiagnosis;
import io.github.dl4jstability.listeners.internal.diagnosis.DiagnosisBuilder;
import io.github.dl4jstability.listeners.internal.diagnosis.Rule;
import io.github.dl4jstability.listeners.internal.history.Cusum;
import io.github.dl4jstability.listeners.internal.history.Numbers;
import io.github.dl4jstability.listeners.internal.history.PenalizedLayer;
import io.github.dl4jstability.listeners.internal.history.RunHistory;
import io.github.dl4jstability.listeners.internal.history.StepSizes;
import java.util.Optional;
import java.util.Set;

/**
 * {@link Condition#LEARNING_RATE_TOO_LOW}: steps so short that training wastes most of its
 * iterations, although the way down is plain to see. An iteration speaks for it if
 *
 * <ul>
 *   <li>no layer moves by more than 1e-4 of its size. An ordinary step is 1e-3; at 1e-4 a layer
 *       needs ten thousand iterations to move by its own size.
 *   <li>the steps lower the loss by less than 5e-4 of itself each: more than two thousand
 *       iterations for a factor of e. The bound is √c·Σ‖g‖·‖Δ‖/L, where c is the mean cosine
 *       between gradients of successive minibatches: of two that are drawn independently, c is the
 *       share of ‖g‖² that is the full gradient's, so √c·‖g‖ is its norm. Wide networks that learn
 *       by tiny steps of many weights pass.
 *   <li>the direction is steady: c is above 0 by three standard errors. At rest, at the floor of
 *       the noise, c is −ηλ/2 ≤ 0 (from the stationary state of gradient descent with independent
 *       noise on a quadratic), and minibatches without replacement make it lower still.
 *   <li>there is something to gain: √c times the sensitivity ({@link StepSizes}) is above 0.1, and
 *       the loss is above 0.6 of what a guess gets (of its start, if that is unknown). Gradients
 *       that vanish are another condition, and a network that is fine-tuned or has converged is
 *       well. Nor is there anything to gain where l1 or l2 pulls at least half as hard as the
 *       gradient, which does not hold them, or decay makes half of the step, in any layer: at their
 *       common minimum the two cancel, and the gradient alone is large and steady.
 *   <li>the rate is not below the highest so far and does not rise: warm-ups, cycles and decays are
 *       meant to be low at times.
 * </ul>
 *
 * <p>The evidence is the smaller of log10(1e-4/‖Δ‖·‖w‖) and log10(5e-4/progress), summed by {@link
 * Cusum} with limit {@value #LIMIT}: fifty iterations at a tenth of the bounds, five hundred at
 * four fifths. Update ratios of healthy runs lie half a decade above the bound with a deviation of
 * 0.15 between minibatches, so by Wald's bound no run of any length reaches the limit by chance.
 *
 * <p>The better rate is the present one times the factor by which the largest update ratio falls
 * short of 1e-3.
 *
 * <p>Source: Mandt, Hoffman and Blei 2017 (arXiv:1704.04289) for the stationary state.
 */
public final class LearningRateTooLowRule implements Rule {
  private static final double LARGEST_UPDATE_RATIO = 1e-4;
  private static final double LARGEST_PROGRESS = 5e-4;
  private static final double ORDINARY_UPDATE_RATIO = 1e-3;
  private static final double SMALLEST_GAIN = 0.1;
  private static final double LEARNED = 0.6;
  private static final double BALANCING = 0.5;
  private static final double LIMIT = 50;
  private static final double MOST_EVIDENCE = 1;
  private static final double STANDARD_ERRORS = 3;

  /** Weight of the newest cosine in their mean. */
  private static final double WEIGHT = 0.01;

  private static final int FEWEST_COSINES = 30;

  private final CurrentDiagnosis current = new CurrentDiagnosis();
  private final Cusum cusum = new Cusum(LIMIT);
  private int cosines;
  private double cosine;
  private double cosineSquare;
  private double loss = Double.NaN;
  private double highestRate;
  private double lastRate = Double.NaN;

  @Override
  public Set<Condition> conditions() {
    return Set.of(Condition.LEARNING_RATE_TOO_LOW);
  }

  @Override
  public Optional<Diagnosis> judge(RunHistory history) {
    double score = history.now().score();
    if (!Double.isFinite(score) || history.now().nonFinite().isPresent()) {
      return current.get();
    }
    loss = Double.isNaN(loss) ? score : loss + Math.max(WEIGHT, 1.0 / 32) * (score - loss);
    addCosine(history.now().gradientAgreement());
    boolean comparable = isRateAtItsHighest(history.now().learningRate());
    double evidence = comparable && cosines >= FEWEST_COSINES ? evidence(history) : Double.NaN;
    if (!cusum.add(evidence, history.now())) {
      return current.withdraw();
    }
    return current.isDue(history.now().iteration()) && evidence > 0
        ? current.set(diagnosis(history), history.now().iteration())
        : current.get();
  }

  /** Exponential moments, which at the beginning are plain means. */
  private void addCosine(double newest) {
    if (Double.isFinite(newest)) {
      cosines++;
      double weight = Math.max(WEIGHT, 1.0 / cosines);
      cosine += weight * (newest - cosine);
      cosineSquare += weight * (newest * newest - cosineSquare);
    }
  }

  private boolean isRateAtItsHighest(double rate) {
    boolean rises = rate > lastRate;
    lastRate = rate;
    highestRate = Math.max(highestRate, Double.isNaN(rate) ? 0 : rate);
    return rate > 0 && !rises && rate >= 0.5 * highestRate;
  }

  /** Exponential weights 1/n are worth as many independent values as 2n − 1 equal ones. */
  private double standardError() {
    double values = Math.min(cosines, 2 / WEIGHT - 1);
    return Math.sqrt(Math.max(0, cosineSquare - cosine * cosine) / values);
  }

  private double evidence(RunHistory history) {
    double level = history.reference().level();
    if (Double.isNaN(level)) {
      return Double.NaN;
    }
    boolean steady = cosine > STANDARD_ERRORS * standardError();
    boolean gain = steady && Math.sqrt(cosine) * history.steps().sensitivity() > SMALLEST_GAIN;
    if (!gain || loss < LEARNED * level || isBalanced(history)) {
      return -1;
    }
    double byRatio = Math.log10(LARGEST_UPDATE_RATIO / history.steps().largestUpdateRatio());
    double byProgress = Math.log10(LARGEST_PROGRESS / progress(history));
    return Math.min(MOST_EVIDENCE, Math.min(byRatio, byProgress));
  }

  private static boolean isBalanced(RunHistory history) {
    StepSizes steps = history.steps();
    for (PenalizedLayer layer : history.penalties().layers()) {
      double gradient = steps.gradient(layer.index());
      double size = steps.size(layer.index());
      double decayed = history.now().learningRate() * layer.penalty().decay() * size;
      boolean balanced =
          layer.inGradient(size) >= BALANCING * gradient
              || (decayed > 0 && decayed >= BALANCING * steps.update(layer.index()));
      if (gradient > 0 && balanced) {
        return true;
      }
    }
    return false;
  }

  private double progress(RunHistory history) {
    return Math.sqrt(Math.max(0, cosine)) * history.steps().promise();
  }

  private Diagnosis diagnosis(RunHistory history) {
    double ratio = history.steps().largestUpdateRatio();
    double factor = ORDINARY_UPDATE_RATIO / ratio;
    double better = history.now().learningRate() * factor;
    return DiagnosisBuilder.of(Condition.LEARNING_RATE_TOO_LOW)
        .since(cusum.onset())
        .show(Evidence.LEARNING_RATE, history.now().learningRate())
        .show(Evidence.LARGEST_UPDATE_RATIO, ratio)
        .show(Evidence.SHARE_PER_ITERATION, progress(history))
        .show(Evidence.MEAN_COSINE, cosine)
        .show(Evidence.MEAN_LOSS, loss)
        .show(history.reference().evidence(), history.reference().level())
        .because(
            "No layer moves by more than "
                + Numbers.text(ratio)
                + " of its size per iteration, where 1e-3 is ordinary, although successive gradients agree"
                + " (mean cosine "
                + Numbers.text(cosine)
                + "). At this pace the loss, now "
                + Numbers.text(loss)
                + ", takes "
                + Numbers.text(1 / progress(history))
                + " iterations or more to fall by a factor of e.")
        .remedy(
            RateAdvice.of(history.now()).set(better)
                + ": that makes the largest update ratio 1e-3.")
        .build();
  }
}
