package io.github.dl4jstability.listeners.internal.rules.step;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.Evidence;
import io.github.dl4jstability.listeners.internal.advice.RateAdvice;
import io.github.dl4jstability.listeners.internal.diagnosis.CurrentDiagnosis;
import io.github.dl4jstability.listeners.internal.diagnosis.DiagnosisBuilder;
import io.github.dl4jstability.listeners.internal.diagnosis.Rule;
import io.github.dl4jstability.listeners.internal.history.LossLevel;
import io.github.dl4jstability.listeners.internal.history.Numbers;
import io.github.dl4jstability.listeners.internal.history.Onset;
import io.github.dl4jstability.listeners.internal.history.PenalizedLayer;
import io.github.dl4jstability.listeners.internal.history.RunHistory;
import io.github.dl4jstability.listeners.internal.observation.Inspection;
import io.github.dl4jstability.listeners.internal.observation.Inspection.OutputSpread;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure.Penalty;
import io.github.dl4jstability.listeners.internal.observation.Observation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * {@link Condition#REGULARIZATION_TOO_STRONG}: l1, l2 or weight decay pulls the weights to 0 faster
 * than the loss can hold them, and nothing is learned.
 *
 * <p>Let w be a layer's weights, g the gradient of the loss by them, and p what the penalties add
 * to it. A step at rate η changes ‖w‖² by −2η·w·(g + p) to first order. Since w·g ≥ −‖w‖·‖g‖, the
 * weights shrink <em>whatever the loss asks for</em> where the pull w·p/‖w‖ is above ‖g‖. The pull
 * is λ‖w‖ for l2 and λ‖w‖₁/‖w‖ for l1, which is √(2/π)·λ√n for n normally distributed weights.
 * Decay acts beside the updater: its step is d = ηλ‖w‖, and what is left of a step Δ, if
 * perpendicular to the weights, is √(‖Δ‖² − d²), with which d is compared. Noise makes g longer,
 * never shorter, so at a minimum, where g and p cancel, the pull stays below ‖g‖.
 *
 * <p>The condition needs
 *
 * <ul>
 *   <li>steps with such a pull that took away half of a layer's weights, where the pull was also at
 *       least a tenth of what the gradient was in the first {@value #EARLY} iterations (behind dead
 *       or saturated units the gradient is nothing, and any penalty stronger), and weights of less
 *       than half their first norm: a layer that kept the variance of its input then lets less than
 *       a quarter of it through; and
 *   <li>that nothing is learned: a loss, without the penalties that it contains, that is still at
 *       least {@value #NO_BETTER} of a guess's ({@link LossLevel}), as an exponential mean over
 *       some twenty iterations; or answers that differ between examples by less than {@value
 *       #SAME_ANSWER} of what the labels do, which explains at most 19 % of them (as for a constant
 *       output). The second is for l1, whose share in the loss is known for normally distributed
 *       weights only and is less for those that are 0. A network that learns may shrink its weights
 *       as it likes.
 * </ul>
 *
 * <p>It is withdrawn when the weights are back or something is learned.
 *
 * <p>Source: Krogh and Hertz 1991, "A Simple Weight Decay Can Improve Generalization", NIPS 4.
 */
public final class TooStrongRegularizationRule implements Rule {
  private static final double HALF = 0.5;
  private static final double NO_BETTER = 0.9;
  private static final double SAME_ANSWER = 0.1;
  private static final int SMOOTHED = 20;
  private static final int EARLY = 10;

  /** The advice: a pull of a tenth of the first gradient. */
  private static final double GENTLE = 0.1;

  private final CurrentDiagnosis current = new CurrentDiagnosis();
  private final List<Pulled> penalized = new ArrayList<>();
  private boolean adopted;
  private int seen;
  private boolean sameAnswer;

  @Override
  public Set<Condition> conditions() {
    return Set.of(Condition.REGULARIZATION_TOO_STRONG);
  }

  @Override
  public Optional<Diagnosis> judge(RunHistory history) {
    Observation observation = history.now();
    if (!adopted) {
      adopted = true;
      history.penalties().layers().forEach(layer -> penalized.add(new Pulled(layer)));
    }
    if (penalized.isEmpty()) {
      return Optional.empty();
    }
    for (Pulled layer : penalized) {
      layer.add(observation);
    }
    seen += Double.isFinite(observation.score()) ? 1 : 0;
    observation
        .inspection()
        .map(Inspection::outputs)
        .filter(outputs -> Numbers.isAny(outputs, OutputSpread::labelsDiffer))
        .ifPresent(
            outputs ->
                sameAnswer = !Numbers.isAny(outputs, TooStrongRegularizationRule::isAnswering));
    return say(observation.iteration(), history.loss().relativeAtLeast());
  }

  private static boolean isAnswering(OutputSpread output) {
    return output.labelsDiffer() && output.relativeToLabels() >= SAME_ANSWER;
  }

  private Optional<Diagnosis> say(int iteration, double level) {
    boolean learns = !(level >= NO_BETTER) && !sameAnswer;
    if (seen < SMOOTHED || learns || !Numbers.isAny(penalized, Pulled::isHalved)) {
      return current.withdraw();
    }
    return current.isDue(iteration)
        ? current.set(
            diagnosis(penalized.stream().filter(Pulled::isHalved).toList(), level), iteration)
        : current.get();
  }

  private static Diagnosis diagnosis(List<Pulled> layers, double level) {
    Pulled worst = layers.get(0);
    for (Pulled layer : layers) {
      worst = layer.firstPull > worst.firstPull ? layer : worst;
    }
    boolean known = level >= NO_BETTER;
    DiagnosisBuilder diagnosis =
        DiagnosisBuilder.of(Condition.REGULARIZATION_TOO_STRONG)
            .since(worst.onset)
            .in(layers.stream().map(it -> it.layer.layer().name()).toList())
            .show(Evidence.PULL_AGAINST_GRADIENT, worst.firstPull)
            .show(Evidence.WEIGHTS_AGAINST_INITIAL_ONES, worst.share());
    if (known) {
      diagnosis.show(Evidence.LOSS_AT_LEAST_AGAINST_A_GUESS, level);
    }
    return diagnosis
        .because(
            "In "
                + worst.layer.layer().title()
                + " the penalty pulled the weights toward 0 "
                + Numbers.text(worst.firstPull)
                + " times as hard as the loss pulled them anywhere. They are down to "
                + Numbers.text(worst.share())
                + " of their first size, and nothing is learned: "
                + (known
                    ? "without the penalty the loss is " + Numbers.text(level) + " of a guess's."
                    : "the answers to different examples hardly differ."))
        .remedy(advice(worst.layer.penalty(), GENTLE / worst.firstPull))
        .build();
  }

  private static String advice(Penalty penalty, double factor) {
    List<String> calls = new ArrayList<>();
    if (penalty.l1() > 0) {
      calls.add(call("l1", penalty.l1(), factor));
    }
    if (penalty.l2() > 0) {
      calls.add(call("l2", penalty.l2(), factor));
    }
    if (penalty.decay() > 0) {
      // Deeplearning4j registers a network-wide decay twice, so the user's number is not known.
      calls.add(RateAdvice.oneDigit(factor) + " times the present .weightDecay(…)");
    }
    return String.join(", ", calls) + ": the penalty then pulls a tenth as hard as the loss did.";
  }

  private static String call(String name, double present, double factor) {
    return "."
        + name
        + "("
        + RateAdvice.oneDigit(present * factor)
        + ") instead of the present "
        + Numbers.text(present);
  }

  /** What the penalties have done to the weights of a layer. */
  private static final class Pulled {
    final PenalizedLayer layer;
    private double initial = Double.NaN;
    private double shrunk;
    private boolean toldHalved;
    private double earlyGradient;
    private int early;
    double firstPull;
    Onset onset = Onset.NONE;

    Pulled(PenalizedLayer layer) {
      this.layer = layer;
    }

    void add(Observation observation) {
      if (Double.isNaN(layer.before())) {
        return;
      }
      initial = Double.isNaN(initial) ? layer.before() : initial;
      if (toldHalved && share() >= HALF) {
        shrunk = 0;
        firstPull = 0;
        toldHalved = false;
      }
      if (early < EARLY && Double.isFinite(layer.gradient())) {
        earlyGradient += (layer.gradient() - earlyGradient) / ++early;
      }
      shrink(observation);
      toldHalved |= isHalved();
    }

    private void shrink(Observation observation) {
      double pull = pull(observation);
      double taken = Math.log(layer.before() / layer.after());
      if (pull > 1 && Double.isFinite(pull) && Double.isFinite(taken)) {
        if (firstPull == 0) {
          firstPull = pull;
          onset = Onset.at(observation);
        }
        shrunk += taken;
      }
    }

    /** How hard the penalties pull, as a multiple of the gradient; 0 if it is next to nothing. */
    private double pull(Observation observation) {
      double added = layer.inGradient();
      double decay = layer.penalty().decay() * layer.before();
      if (!(added + decay >= GENTLE * earlyGradient)) {
        return 0;
      }
      double rate = observation.learningRate(layer.index());
      double decayed = rate * layer.penalty().decay() * layer.before();
      double rest = Math.sqrt(Math.abs(layer.update() * layer.update() - decayed * decayed));
      return Math.max(added > 0 ? added / layer.gradient() : 0, decayed > 0 ? decayed / rest : 0);
    }

    double share() {
      return layer.after() / initial;
    }

    boolean isHalved() {
      return shrunk > -Math.log(HALF) && share() < HALF;
    }
  }
}
