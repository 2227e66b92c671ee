package io.github.dl4jstability.listeners.rules;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.Severity;
import io.github.dl4jstability.listeners.observation.Inspection;
import io.github.dl4jstability.listeners.observation.Inspection.GradientThroughTime;
import io.github.dl4jstability.listeners.observation.NetworkStructure;
import io.github.dl4jstability.listeners.observation.Observation;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@link Condition#VANISHING_GRADIENT} within a recurrent layer: what happened some steps ago no
 * longer has any influence that could be learned.
 *
 * <p>Let d be the change of log10 ‖∂h(T)/∂x(t)‖ for each step back, over a sequence of T steps. The
 * reach of the layer is the number of steps in which the gradient falls by e³, 1.3/|d|: the depth
 * 6ξ to which a network trains (Schoenholz et al. 2017, arXiv:1611.01232), taken along time. The
 * condition holds where
 *
 * <ul>
 *   <li>the reach is below {@value #SHORT} steps, and the sequence at least {@value #TIMES_LONGER}
 *       times as long: what the layer can learn is what a dense layer could from a window of as
 *       many inputs, and four fifths of the sequence are out of reach. A tanh layer with recurrent
 *       gain g has d = log10 g at small signals: a reach of 4 at g = 0.5 and of 13 at 0.8. An LSTM
 *       with the usual forget bias of 1 forgets by the factor 0.73 at each step: a reach of 9.6.
 *   <li>and the loss is still above {@value #NO_BETTER} of a guess's ({@link LossLevel}). A layer
 *       that has learned to look back a few steps only may do so because the task asks for no more.
 *       Then, and where the reach is longer but below a tenth of the sequence, it is an
 *       information.
 * </ul>
 *
 * <p>Both have to hold at two looks in a row, for the same layer. A longer reach is a warning too
 * if it is below a fifteenth of the sequence (an LSTM with a forget bias of 1 has that from 144
 * steps on) at {@value #HOPELESS_LOOKS} looks, at iteration 80 with the standard preset, and the
 * loss is still above {@value #NOT_AT_ALL} of a guess's: what is within reach has been tried, and
 * taught nothing.
 *
 * <p>Source: Bengio, Simard and Frasconi 1994, doi:10.1109/72.279181.
 */
final class VanishingThroughTimeRule implements Rule {
  private static final int SHORT = 6;
  private static final int TIMES_LONGER = 5;
  private static final int NOTABLE_SHARE = 10;
  private static final int HOPELESS_SHARE = 15;
  private static final int HOPELESS_LOOKS = 5;
  private static final double NO_BETTER = 0.8;
  private static final double NOT_AT_ALL = 0.95;

  private final LossLevel loss;
  private final ThroughTime shortReach = new ThroughTime(ThroughTime.LOOKS);
  private final ThroughTime notableReach = new ThroughTime(ThroughTime.LOOKS);
  private final ThroughTime hopelessReach = new ThroughTime(HOPELESS_LOOKS);
  private double raisedAbove = NO_BETTER;
  private @Nullable Diagnosis raised;

  VanishingThroughTimeRule(LossLevel loss) {
    this.loss = loss;
  }

  @Override
  public Set<Condition> conditions() {
    return Set.of(Condition.VANISHING_GRADIENT);
  }

  @Override
  public boolean waitsForLooks() {
    return true;
  }

  @Override
  public Optional<Diagnosis> judge(Observation observation) {
    loss.take(observation);
    observation
        .inspection()
        .filter(ThroughTime::isSeen)
        .ifPresent(look -> raised = look(observation, look).orElse(null));
    if (loss.isBelow(raisedAbove)) {
      raised = ThroughTime.lowered(raised);
    }
    return Optional.ofNullable(raised);
  }

  private Optional<Diagnosis> look(Observation observation, Inspection look) {
    List<Integer> shortest =
        shortReach.lasting(
            observation,
            look,
            layer ->
                reach(layer) < SHORT
                    && layer.steps() >= TIMES_LONGER * reach(layer)
                    && layer.steps() >= SHORT * TIMES_LONGER);
    List<Integer> notable =
        notableReach.lasting(
            observation, look, layer -> reach(layer) < (double) layer.steps() / NOTABLE_SHARE);
    List<Integer> hopeless =
        hopelessReach.lasting(
            observation, look, layer -> reach(layer) < (double) layer.steps() / HOPELESS_SHARE);
    if (!shortest.isEmpty() && !loss.isBelow(NO_BETTER)) {
      raisedAbove = NO_BETTER;
      return Optional.of(diagnosis(observation, look, shortest, shortReach, Severity.WARNING));
    }
    if (!hopeless.isEmpty() && !loss.isBelow(NOT_AT_ALL)) {
      raisedAbove = NOT_AT_ALL;
      return Optional.of(diagnosis(observation, look, hopeless, hopelessReach, Severity.WARNING));
    }
    return notable.isEmpty()
        ? Optional.empty()
        : Optional.of(diagnosis(observation, look, notable, notableReach, Severity.INFO));
  }

  /** Steps back in which the gradient falls by e³; infinite where it does not fall. */
  private static double reach(GradientThroughTime layer) {
    double decades = layer.decadesPerStep();
    return Double.isFinite(decades) && decades < 0
        ? ThroughTime.SPAN / -decades
        : Double.POSITIVE_INFINITY;
  }

  private static Diagnosis diagnosis(
      Observation observation,
      Inspection look,
      List<Integer> layers,
      ThroughTime since,
      Severity severity) {
    List<GradientThroughTime> through = look.gradientsThroughTime();
    List<NetworkStructure.Layer> all = observation.structure().layers();
    int top =
        layers.stream()
            .min(Comparator.comparingDouble(layer -> reach(through.get(layer))))
            .orElseThrow();
    GradientThroughTime worst = through.get(top);
    Map<String, Double> evidence = new LinkedHashMap<>();
    evidence.put("reach in steps", reach(worst));
    evidence.put("decades per step", worst.decadesPerStep());
    evidence.put("factor per step", Math.pow(10, worst.decadesPerStep()));
    evidence.put("steps", (double) worst.steps());
    return new Diagnosis(
        Condition.VANISHING_GRADIENT,
        severity,
        since.onsetIteration(),
        since.onsetEpoch(),
        layers.stream().map(all::get).map(NetworkStructure.Layer::name).toList(),
        evidence,
        "Going back in time, the gradient within "
            + all.get(top).title()
            + " fades to "
            + Numbers.text(Math.pow(10, worst.decadesPerStep()))
            + " of itself at each step: it reaches about "
            + Math.max(1, Math.round(reach(worst)))
            + " of "
            + worst.steps()
            + " steps back, and what came before cannot be learned.",
        all.get(top).type().contains("LSTM")
            ? ".forgetGateBiasInit("
                + Numbers.text(Math.log(Math.max(2, worst.steps() / 4.0)))
                + ") lets the cells remember a quarter of the sequence; or shorter sequences."
            : "Replace the layer by new LSTM.Builder(), or give it orthogonal recurrent weights:"
                + " .weightInitRecurrent(new Orthogonal()).",
        Optional.empty());
  }
}
