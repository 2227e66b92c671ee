package io.github.dl4jstability.listeners.internal.rules.gradient;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.Evidence;
import io.github.dl4jstability.listeners.Severity;
import io.github.dl4jstability.listeners.internal.diagnosis.DiagnosisBuilder;
import io.github.dl4jstability.listeners.internal.diagnosis.Rule;
import io.github.dl4jstability.listeners.internal.history.LossLevel;
import io.github.dl4jstability.listeners.internal.history.Numbers;
import io.github.dl4jstability.listeners.internal.history.RunHistory;
import io.github.dl4jstability.listeners.internal.observation.Inspection;
import io.github.dl4jstability.listeners.internal.observation.Inspection.GradientThroughTime;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure;
import io.github.dl4jstability.listeners.internal.observation.Observation;
import io.github.dl4jstability.listeners.internal.stall.detection.StallDetector;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@link Condition#VANISHING_GRADIENT} within a recurrent layer: what happened some steps ago no
 * longer has any influence that could be learned.
 *
 * <p>Let f be the factor by which ‖∂h(T)/∂x(t)‖ changes for each step back, over a sequence of T
 * steps. The reach of the layer is the number of steps in which the gradient falls by e³, 3/−ln f:
 * the depth 6ξ to which a network trains (Schoenholz et al. 2017, arXiv:1611.01232), taken along
 * time.
 *
 * <p>A short reach alone is no fault. Inputs of unit variance saturate units, so before anything is
 * learned sound weights reach no farther than a few steps: tanh with Xavier input weights (they
 * make pre-activations of variance up to 2) and a recurrent gain g of 0.9 to 1 has f² =
 * g²·E[tanh′²], which in mean-field theory makes a reach from 4.4 up, and at 0.5 one of 2.4 to 4.3.
 * What tells a fault is f along inputs near 0. There it is the recurrent gain whatever the inputs,
 * and for an LSTM σ(forget bias) + g/4: sound weights have 0.9 and 0.73 at the least. It is a
 * warning
 *
 * <ul>
 *   <li>if at each look, from the initial weights on, the reach is below {@value #SHORT} steps even
 *       near 0: ξ is below one step, f below e^−½ = 0.61. By chance −ln f of n units is off by
 *       about 1/√(2n), so it has to be above {@value #DEVIATIONS} times that too. And along the
 *       real inputs the reach is below a third more than that, the sequence at least {@value
 *       #TIMES_LONGER} times {@value #SHORT} steps long, so that most of it is out of reach, and
 *       the loss is still above {@value #NO_BETTER} of a guess's ({@link LossLevel}). Only from the
 *       start, since a layer may learn to forget where the task asks for that;
 *   <li>or if the sequence is at least {@value #TIMES_LONGER} times as long as the reach and the
 *       loss stalls ({@link StallDetector}) above {@value #NOT_AT_ALL} of a guess's: what is within
 *       reach has been tried, and taught nothing. The stall, not a number of iterations, tells this
 *       from a network that takes its time.
 * </ul>
 *
 * <p>In other cases the first, and a reach below a {@value #NOTABLE_SHARE}th of the sequence, is an
 * information. All have to hold at two looks in a row, for the same layer.
 *
 * <p>Source: Bengio, Simard and Frasconi 1994, doi:10.1109/72.279181.
 */
public final class VanishingThroughTimeRule implements Rule {
  private static final int SHORT = 6;

  /** Deviations that few units may give by chance: one of −ln f is about 1/√(2·units). */
  private static final double DEVIATIONS = 2.5;

  /** What rectifiers take of ln f at any gain, since they let half the square through. */
  private static final double HALF_OF_THE_SQUARE = 0.5 * Math.log(2);

  /** Over many steps a random matrix fades by its largest eigenvalue: up to 1.35 g of 8 units. */
  private static final double ON_THE_LONG_WAY = 4 / 3.0;

  private static final int TIMES_LONGER = 5;
  private static final int NOTABLE_SHARE = 10;
  private static final double NO_BETTER = 0.8;
  private static final double NOT_AT_ALL = 0.95;

  private final ThroughTime forgetful = new ThroughTime(ThroughTime.LOOKS);
  private final ThroughTime fading = new ThroughTime(ThroughTime.LOOKS);
  private final ThroughTime notable = new ThroughTime(ThroughTime.LOOKS);
  private boolean isForgetful;
  private boolean isNotable;
  private @Nullable Diagnosis found;

  @Override
  public Set<Condition> conditions() {
    return Set.of(Condition.VANISHING_GRADIENT);
  }

  @Override
  public boolean waitsForLooks() {
    return true;
  }

  @Override
  public Optional<Diagnosis> judge(RunHistory history) {
    Observation observation = history.now();
    observation.inspection().filter(ThroughTime::isSeen).ifPresent(look -> look(observation, look));
    boolean isFault = isForgetful && !history.loss().isBelow(NO_BETTER);
    boolean isWhyNothingIsLearned =
        history.stall().isPresent() && !history.loss().isBelow(NOT_AT_ALL);
    Optional<Diagnosis> diagnosis = Optional.ofNullable(found);
    return isFault || isWhyNothingIsLearned
        ? diagnosis.map(it -> it.withSeverity(Severity.WARNING))
        : diagnosis.filter(it -> isNotable);
  }

  private void look(Observation observation, Inspection look) {
    List<GradientThroughTime> through = look.gradientsThroughTime();
    forgetful.lasting(observation, look, layer -> reach(layer.decadesNearZero()) < SHORT);
    List<Integer> forgetting =
        forgetful.sinceTheFirst().stream()
            .filter(i -> isFarTooShort(observation.structure().layers().get(i), through.get(i)))
            .toList();
    List<Integer> outOfReach =
        fading.lasting(observation, look, layer -> isBeyondReach(layer, TIMES_LONGER));
    List<Integer> farOut =
        notable.lasting(observation, look, layer -> isBeyondReach(layer, NOTABLE_SHARE));
    isForgetful = !forgetting.isEmpty();
    isNotable = isForgetful || !farOut.isEmpty();
    found =
        isForgetful
            ? diagnosis(observation, look, forgetting, forgetful)
            : outOfReach.isEmpty() ? null : diagnosis(observation, look, outOfReach, fading);
  }

  private static boolean isBeyondReach(GradientThroughTime layer, int times) {
    return layer.steps() > times * reach(layer.decadesPerStep());
  }

  private static boolean isFarTooShort(NetworkStructure.Layer layer, GradientThroughTime through) {
    double limit = shortest(layer);
    return reach(through.decadesNearZero()) < limit
        && reach(through.decadesPerStep()) < ON_THE_LONG_WAY * limit
        && through.steps() >= TIMES_LONGER * SHORT;
  }

  /** The reach near 0 that no sound layer is below, in steps. */
  private static double shortest(NetworkStructure.Layer layer) {
    int units = layer.setup().units();
    double byChance = units > 0 ? DEVIATIONS / Math.sqrt(2.0 * units) : 0;
    double halving = layer.activation().equals("relu") ? HALF_OF_THE_SQUARE : 0;
    return ThroughTime.E_FOLDS / (Math.max(ThroughTime.E_FOLDS / SHORT, byChance) + halving);
  }

  /** Steps back in which the gradient falls by e³; infinite where it does not fall. */
  private static double reach(double decadesPerStep) {
    return Double.isFinite(decadesPerStep) && decadesPerStep < 0
        ? ThroughTime.SPAN / -decadesPerStep
        : Double.POSITIVE_INFINITY;
  }

  private static Diagnosis diagnosis(
      Observation observation, Inspection look, List<Integer> layers, ThroughTime since) {
    List<GradientThroughTime> through = look.gradientsThroughTime();
    List<NetworkStructure.Layer> all = observation.structure().layers();
    int top =
        layers.stream()
            .min(Comparator.comparingDouble(layer -> reach(through.get(layer).decadesPerStep())))
            .orElseThrow();
    GradientThroughTime worst = through.get(top);
    double reach = reach(worst.decadesPerStep());
    return DiagnosisBuilder.of(Condition.VANISHING_GRADIENT)
        .severity(Severity.INFO)
        .since(since.onset())
        .in(observation.structure(), layers)
        .show(Evidence.REACH_IN_STEPS, reach)
        .show(Evidence.DECADES_PER_STEP, worst.decadesPerStep())
        .show(Evidence.FACTOR_PER_STEP, Math.pow(10, worst.decadesPerStep()))
        .show(Evidence.FACTOR_PER_STEP_NEAR_ZERO, Math.pow(10, worst.decadesNearZero()))
        .show(Evidence.STEPS, worst.steps())
        .because(
            "Going back in time, the gradient within "
                + all.get(top).title()
                + " fades to "
                + Numbers.text(Math.pow(10, worst.decadesPerStep()))
                + " of itself at each step: it reaches about "
                + Math.max(1, Math.round(reach))
                + " of "
                + worst.steps()
                + " steps back, and what came before cannot be learned.")
        .remedy(
            all.get(top).type().contains("LSTM")
                ? ".forgetGateBiasInit("
                    + Numbers.text(Math.log(Math.max(2, worst.steps() / 4.0)))
                    + ") lets the cells remember a quarter of the sequence; or shorter sequences."
                : "Replace the layer by new LSTM.Builder(), or give it orthogonal recurrent weights:"
                    + " .weightInitRecurrent(new Orthogonal()).")
        .build();
  }
}
