package io.github.dl4jstability.listeners.internal.rules.units;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.Evidence;
import io.github.dl4jstability.listeners.Severity;
import io.github.dl4jstability.listeners.internal.advice.Schemes;
import io.github.dl4jstability.listeners.internal.diagnosis.DiagnosisBuilder;
import io.github.dl4jstability.listeners.internal.diagnosis.Rule;
import io.github.dl4jstability.listeners.internal.history.Numbers;
import io.github.dl4jstability.listeners.internal.history.Onset;
import io.github.dl4jstability.listeners.internal.history.RunHistory;
import io.github.dl4jstability.listeners.internal.observation.Inspection;
import io.github.dl4jstability.listeners.internal.observation.Inspection.Twins;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure;
import io.github.dl4jstability.listeners.internal.observation.Observation;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * {@link Condition#SYMMETRIC_UNITS}: units of one layer that are copies of each other and get the
 * same update, so that they stay copies.
 *
 * <p>Random initial weights of any continuous distribution never give twins: two rows of k floats
 * agree with probability below 2⁻²⁴ᵏ. Units that only start alike part at the first step that tells
 * them apart, so a layer counts once it has twins at {@value #INSPECTIONS} inspections in a row.
 * Output layers are not judged: with one layer the loss is convex and equal weights do no harm
 * (zero initialization of a logistic regression), and what tells outputs apart is their labels. Nor
 * are layers that training leaves alone.
 *
 * <p>Severity: with d distinct among u units the layer works like one with d units. Warning from (u
 * − d)/u = {@value #WARNING}, information below.
 *
 * <p>Source: Goodfellow, Bengio and Courville 2016, Deep Learning, section 8.4 (symmetry breaking).
 */
public final class SymmetricUnitsRule implements Rule {
  private static final int INSPECTIONS = 2;
  private static final double WARNING = 0.05;

  private int @Nullable [] inARow;
  private Onset onset = Onset.NONE;
  private @Nullable Diagnosis raised;

  @Override
  public Set<Condition> conditions() {
    return Set.of(Condition.SYMMETRIC_UNITS);
  }

  @Override
  public boolean waitsForLooks() {
    return true;
  }

  @Override
  public Optional<Diagnosis> judge(RunHistory history) {
    Observation observation = history.now();
    List<Twins> twins = observation.inspection().map(Inspection::twins).orElse(List.of());
    // Rows of NaN are no twins, though their bits agree.
    if (observation.nonFinite().isEmpty() && Numbers.isAny(twins, Twins::isPresent)) {
      List<Integer> layers = lasting(observation, twins);
      raised = layers.isEmpty() ? null : diagnosis(observation, twins, layers);
    }
    return Optional.ofNullable(raised);
  }

  /** Counts for each layer the inspections with twins and returns those that have them for long. */
  private List<Integer> lasting(Observation observation, List<Twins> twins) {
    int[] counts = inARow == null ? new int[twins.size()] : inARow;
    inARow = counts;
    boolean none = IntStream.of(counts).allMatch(count -> count == 0);
    if (none) {
      onset = Onset.at(observation);
    }
    for (int layer = 0; layer < counts.length; layer++) {
      NetworkStructure.Layer what = observation.structure().layers().get(layer);
      boolean judged = !what.output() && what.trainable();
      counts[layer] = judged && lost(twins.get(layer)) > 0 ? counts[layer] + 1 : 0;
    }
    return IntStream.range(0, counts.length)
        .filter(layer -> counts[layer] >= INSPECTIONS)
        .boxed()
        .toList();
  }

  private static double lost(Twins twins) {
    return twins.isPresent() ? (double) (twins.units() - twins.distinct()) / twins.units() : 0;
  }

  private Diagnosis diagnosis(Observation observation, List<Twins> twins, List<Integer> layers) {
    List<NetworkStructure.Layer> all = observation.structure().layers();
    int top =
        layers.stream()
            .max(Comparator.comparingDouble(layer -> lost(twins.get(layer))))
            .orElseThrow();
    Twins most = twins.get(top);
    return DiagnosisBuilder.of(Condition.SYMMETRIC_UNITS)
        .severity(lost(most) >= WARNING ? Severity.WARNING : Severity.INFO)
        .since(onset)
        .in(observation.structure(), layers)
        .show(Evidence.LOST_SHARE, lost(most))
        .show(Evidence.UNITS_WITH_A_TWIN, most.withTwin())
        .show(Evidence.DISTINCT_UNITS, most.distinct())
        .show(Evidence.UNITS, most.units())
        .because(
            most.withTwin()
                + " of the "
                + most.units()
                + " units of "
                + all.get(top).title()
                + " have a twin with the same weights and the same update, so they stay the same: the"
                + " layer works like one of "
                + most.distinct()
                + (most.distinct() == 1 ? " unit." : " units."))
        .remedy(
            "Start from random weights: .weightInit("
                + Schemes.fitting(all.get(top))
                + ") for the layers named, not zeros, a constant or copied rows.")
        .build();
  }
}
