package io.github.dl4jstability.listeners.rules;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.Severity;
import io.github.dl4jstability.listeners.observation.NetworkStructure;
import io.github.dl4jstability.listeners.observation.NetworkStructure.Penalty;
import io.github.dl4jstability.listeners.observation.Observation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
final class LearningRateTooLowRule implements Rule {
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

  private final StepSizes steps;
  private final LossReference reference;
  private final Verdict verdict = new Verdict();
  private final Cusum cusum = new Cusum(LIMIT);
  private int cosines;
  private double cosine;
  private double cosineSquare;
  private double loss = Double.NaN;
  private double highestRate;
  private double lastRate = Double.NaN;

  LearningRateTooLowRule(StepSizes steps, LossReference reference) {
    this.steps = steps;
    this.reference = reference;
  }

  @Override
  public Set<Condition> conditions() {
    return Set.of(Condition.LEARNING_RATE_TOO_LOW);
  }

  @Override
  public Optional<Diagnosis> judge(Observation observation) {
    steps.take(observation);
    reference.take(observation);
    double score = observation.score();
    if (!Double.isFinite(score) || observation.nonFinite().isPresent()) {
      return verdict.said();
    }
    loss = Double.isNaN(loss) ? score : loss + Math.max(WEIGHT, 1.0 / 32) * (score - loss);
    addCosine(observation.gradientAgreement());
    boolean comparable = isRateAtItsHighest(observation.learningRate());
    double evidence = comparable && cosines >= FEWEST_COSINES ? evidence(observation) : Double.NaN;
    if (!cusum.add(evidence, observation)) {
      return verdict.withdraw();
    }
    return verdict.isDue(observation.iteration()) && evidence > 0
        ? verdict.say(diagnosis(observation), observation.iteration())
        : verdict.said();
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

  private double evidence(Observation observation) {
    double level = reference.level();
    if (Double.isNaN(level)) {
      return Double.NaN;
    }
    boolean steady = cosine > STANDARD_ERRORS * standardError();
    boolean gain = steady && Math.sqrt(cosine) * steps.sensitivity() > SMALLEST_GAIN;
    if (!gain || loss < LEARNED * level || isBalanced(observation)) {
      return -1;
    }
    double byRatio = Math.log10(LARGEST_UPDATE_RATIO / steps.largestUpdateRatio());
    double byProgress = Math.log10(LARGEST_PROGRESS / progress());
    return Math.min(MOST_EVIDENCE, Math.min(byRatio, byProgress));
  }

  private boolean isBalanced(Observation observation) {
    NetworkStructure structure = observation.structure();
    for (int layer = 0; layer < structure.layers().size(); layer++) {
      Penalty penalty = structure.layers().get(layer).setup().penalty();
      double gradient = steps.gradient(layer);
      double size = steps.size(layer);
      if (penalty.equals(Penalty.NONE) || !(gradient > 0)) {
        continue;
      }
      double added = Penalties.inGradient(penalty, Penalties.weights(structure, layer), size);
      double decayed = observation.learningRate() * penalty.decay() * size;
      if (added >= BALANCING * gradient
          || (decayed > 0 && decayed >= BALANCING * steps.update(layer))) {
        return true;
      }
    }
    return false;
  }

  private double progress() {
    return Math.sqrt(Math.max(0, cosine)) * steps.promise();
  }

  private Diagnosis diagnosis(Observation observation) {
    double ratio = steps.largestUpdateRatio();
    double factor = ORDINARY_UPDATE_RATIO / ratio;
    double better = observation.learningRate() * factor;
    Map<String, Double> evidence = new LinkedHashMap<>();
    evidence.put("learning rate", observation.learningRate());
    evidence.put("largest update / parameters", ratio);
    evidence.put("share of the loss per iteration", progress());
    evidence.put("mean cosine of successive gradients", cosine);
    evidence.put("mean loss", loss);
    evidence.put(reference.isGuess() ? "loss of a guess" : "loss at the start", reference.level());
    return new Diagnosis(
        Condition.LEARNING_RATE_TOO_LOW,
        Severity.WARNING,
        cusum.onsetIteration(),
        cusum.onsetEpoch(),
        List.of(),
        evidence,
        "No layer moves by more than "
            + Numbers.text(ratio)
            + " of its size per iteration, where 1e-3 is ordinary, although successive gradients agree"
            + " (mean cosine "
            + Numbers.text(cosine)
            + "). At this pace the loss, now "
            + Numbers.text(loss)
            + ", takes "
            + Numbers.text(1 / progress())
            + " iterations or more to fall by a factor of e.",
        RateAdvice.set(observation, better) + ": that makes the largest update ratio 1e-3.",
        Optional.empty());
  }
}
