package io.github.dl4jstability.listeners.rules;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.Severity;
import io.github.dl4jstability.listeners.observation.Inspection;
import io.github.dl4jstability.listeners.observation.Inspection.OutputSpread;
import io.github.dl4jstability.listeners.observation.NetworkStructure;
import io.github.dl4jstability.listeners.observation.NetworkStructure.Layer;
import io.github.dl4jstability.listeners.observation.NetworkStructure.Penalty;
import io.github.dl4jstability.listeners.observation.Observation;
import io.github.dl4jstability.measurement.Moments;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
 *       #SAME_ANSWER} of what the labels do, which explains at most 19 % of them ({@link
 *       ConstantOutputRule}). The second is for l1, whose share in the loss is known for normally
 *       distributed weights only and is less for those that are 0. A network that learns may shrink
 *       its weights as it likes.
 * </ul>
 *
 * <p>It is withdrawn when the weights are back or something is learned.
 *
 * <p>Source: Krogh and Hertz 1991, "A Simple Weight Decay Can Improve Generalization", NIPS 4.
 */
final class TooStrongRegularizationRule implements Rule {
  private static final double HALF = 0.5;
  private static final double NO_BETTER = 0.9;
  private static final double SAME_ANSWER = 0.1;
  private static final int SMOOTHED = 20;
  private static final int EARLY = 10;

  /** The advice: a pull of a tenth of the first gradient. */
  private static final double GENTLE = 0.1;

  private final LossLevel loss;
  private final Verdict verdict = new Verdict();
  private final List<Pulled> penalized = new ArrayList<>();
  private boolean adopted;
  private int seen;
  private boolean sameAnswer;

  TooStrongRegularizationRule(LossLevel loss) {
    this.loss = loss;
  }

  @Override
  public Set<Condition> conditions() {
    return Set.of(Condition.REGULARIZATION_TOO_STRONG);
  }

  @Override
  public Optional<Diagnosis> judge(Observation observation) {
    if (!adopted) {
      adopt(observation);
    }
    if (penalized.isEmpty()) {
      return Optional.empty();
    }
    loss.take(observation);
    for (Pulled layer : penalized) {
      layer.take(observation);
    }
    seen += Double.isFinite(observation.score()) ? 1 : 0;
    observation
        .inspection()
        .map(Inspection::outputs)
        .filter(outputs -> Numbers.isAny(outputs, ConstantOutputRule::isUsable))
        .ifPresent(
            outputs ->
                sameAnswer = !Numbers.isAny(outputs, TooStrongRegularizationRule::isAnswering));
    return say(observation);
  }

  private static boolean isAnswering(OutputSpread output) {
    return ConstantOutputRule.isUsable(output) && ConstantOutputRule.ratio(output) >= SAME_ANSWER;
  }

  private void adopt(Observation observation) {
    adopted = true;
    List<Layer> layers = observation.structure().layers();
    for (int layer = 0; layer < layers.size(); layer++) {
      if (!layers.get(layer).setup().penalty().equals(Penalty.NONE)) {
        penalized.add(new Pulled(layer, observation));
      }
    }
  }

  private Optional<Diagnosis> say(Observation observation) {
    double level = loss.relativeAtLeast();
    boolean learns = !(level >= NO_BETTER) && !sameAnswer;
    if (seen < SMOOTHED || learns || !Numbers.isAny(penalized, Pulled::isHalved)) {
      return verdict.withdraw();
    }
    return verdict.isDue(observation.iteration())
        ? verdict.say(
            diagnosis(penalized.stream().filter(Pulled::isHalved).toList(), level),
            observation.iteration())
        : verdict.said();
  }

  private static Diagnosis diagnosis(List<Pulled> layers, double level) {
    Pulled worst = layers.get(0);
    for (Pulled layer : layers) {
      worst = layer.firstPull > worst.firstPull ? layer : worst;
    }
    Map<String, Double> evidence = new LinkedHashMap<>();
    evidence.put("pull / gradient", worst.firstPull);
    evidence.put("weights / initial weights", worst.share());
    boolean known = level >= NO_BETTER;
    if (known) {
      evidence.put("loss / guess", level);
    }
    return new Diagnosis(
        Condition.REGULARIZATION_TOO_STRONG,
        Severity.WARNING,
        worst.onset,
        worst.onsetEpoch,
        layers.stream().map(layer -> layer.layer.name()).toList(),
        evidence,
        "In "
            + worst.layer.title()
            + " the penalty pulled the weights toward 0 "
            + Numbers.text(worst.firstPull)
            + " times as hard as the loss pulled them anywhere. They are down to "
            + Numbers.text(worst.share())
            + " of their first size, and nothing is learned: "
            + (known
                ? "without the penalty the loss is " + Numbers.text(level) + " of a guess's."
                : "the answers to different examples hardly differ."),
        advice(worst.layer.setup().penalty(), GENTLE / worst.firstPull),
        Optional.empty());
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

  /** The weights of one layer, and what the penalties have done to them. */
  private static final class Pulled {
    final Layer layer;
    private final int index;
    private final List<Integer> weights;
    private final double count;
    private double initial = Double.NaN;
    private double norm;
    private double shrunk;
    private boolean toldHalved;
    private double earlyGradient;
    private int early;
    double firstPull;
    int onset;
    int onsetEpoch;

    Pulled(int index, Observation observation) {
      this.layer = observation.structure().layers().get(index);
      this.index = index;
      NetworkStructure structure = observation.structure();
      weights = Penalties.weightsOf(structure, index);
      count = Penalties.weights(structure, index);
      norm = norm(observation.initialParameters());
    }

    /** NaN where nothing was measured. */
    private double norm(List<Moments> moments) {
      double norm = moments.isEmpty() ? Double.NaN : 0;
      for (int i : weights) {
        norm = moments.isEmpty() ? norm : Numbers.together(norm, moments.get(i).l2Norm());
      }
      return norm;
    }

    void take(Observation observation) {
      double before = norm;
      norm = norm(observation.parameters());
      if (Double.isNaN(before)) {
        return;
      }
      initial = Double.isNaN(initial) ? before : initial;
      if (toldHalved && share() >= HALF) {
        shrunk = 0;
        firstPull = 0;
        toldHalved = false;
      }
      double gradient = norm(observation.gradients());
      if (early < EARLY && Double.isFinite(gradient)) {
        earlyGradient += (gradient - earlyGradient) / ++early;
      }
      double pull = pull(observation, gradient, before);
      double taken = Math.log(before / norm);
      if (pull > 1 && Double.isFinite(pull) && Double.isFinite(taken)) {
        if (firstPull == 0) {
          firstPull = pull;
          onset = observation.iteration();
          onsetEpoch = observation.epoch();
        }
        shrunk += taken;
      }
      toldHalved |= isHalved();
    }

    /** How hard the penalties pull, as a multiple of the gradient; 0 if it is next to nothing. */
    private double pull(Observation observation, double gradient, double before) {
      Penalty penalty = layer.setup().penalty();
      double added = Penalties.inGradient(penalty, count, before);
      if (!(added + penalty.decay() * before >= GENTLE * earlyGradient)) {
        return 0;
      }
      double decayed = observation.learningRate(index) * penalty.decay() * before;
      double step = norm(observation.updates());
      double rest = Math.sqrt(Math.abs(step * step - decayed * decayed));
      return Math.max(added > 0 ? added / gradient : 0, decayed > 0 ? decayed / rest : 0);
    }

    double share() {
      return norm / initial;
    }

    boolean isHalved() {
      return shrunk > -Math.log(HALF) && share() < HALF;
    }
  }
}
