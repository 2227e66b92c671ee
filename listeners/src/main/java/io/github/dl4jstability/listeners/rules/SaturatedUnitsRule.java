package io.github.dl4jstability.listeners.rules;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.Severity;
import io.github.dl4jstability.listeners.observation.NetworkStructure;
import io.github.dl4jstability.listeners.observation.Observation;
import io.github.dl4jstability.listeners.observation.UnitHealth;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@link Condition#SATURATED_UNITS}: hidden units that sit where their activation function is flat,
 * so that hardly any gradient passes them.
 *
 * <p>For each layer with an activation that is flat on both sides, s is the share of its values
 * where the slope is below 5 % of the largest. With weights of the usual schemes and inputs of unit
 * variance the weighted inputs have a standard deviation of 1 to 1.1, and s is below 5 % for tanh
 * and sigmoid, below a third for their hard variants. The condition needs s above {@value #SHARE}:
 * the typical value no longer passes a gradient, and over L such layers less than 2^−L of the paths
 * from the input to the output do.
 *
 * <p>Trained units saturate for good reasons: a classifier that is sure of its answers. So a layer
 * counts if it was saturated from the first iteration, before training had any reason; or later, as
 * long as the loss is above {@value #NO_BETTER} of a guess's ({@link LossLevel}): units that are
 * sure, and wrong. Output layers never count.
 *
 * <p>Evidence per look, in units of half the way from s = ½ to 1, is summed by {@link Cusum} with
 * limit 2: two looks at s above ¾, eight at 0.56. At the first iteration the weighted inputs of a
 * well initialized layer would have to be three times as wide as expected.
 *
 * <p>Source: Glorot and Bengio 2010 (PMLR 9:249–256), section 3.
 */
final class SaturatedUnitsRule implements Rule {
  private static final double SHARE = 0.5;
  private static final double UNIT = 0.25;
  private static final double LIMIT = 2;
  private static final double NO_BETTER = 0.8;

  private final LossLevel loss;
  private final Cusum cusum = new Cusum(LIMIT);
  private boolean @Nullable [] fromTheStart;
  private boolean raised;
  private @Nullable Diagnosis last;

  SaturatedUnitsRule(LossLevel loss) {
    this.loss = loss;
  }

  @Override
  public Set<Condition> conditions() {
    return Set.of(Condition.SATURATED_UNITS);
  }

  @Override
  public boolean waitsForLooks() {
    return true;
  }

  @Override
  public Optional<Diagnosis> judge(Observation observation) {
    loss.take(observation);
    List<UnitHealth> health = observation.unitHealth();
    if (!Numbers.isAny(health, UnitHealth::isPresent)) {
      return standing();
    }
    boolean[] flat = new boolean[health.size()];
    for (int layer = 0; layer < flat.length; layer++) {
      flat[layer] =
          health.get(layer).saturatedShare() > SHARE
              && !observation.structure().layers().get(layer).output();
    }
    boolean[] first = fromTheStart == null ? flat : fromTheStart;
    fromTheStart = first;
    boolean learned = loss.isBelow(NO_BETTER);
    List<Integer> counting = new ArrayList<>();
    double largest = 0;
    for (int layer = 0; layer < flat.length; layer++) {
      if (flat[layer] && (first[layer] || !learned)) {
        counting.add(layer);
        largest = Math.max(largest, health.get(layer).saturatedShare());
      }
    }
    raised = cusum.add((largest - SHARE) / UNIT, observation);
    if (raised && !counting.isEmpty()) {
      last = diagnosis(observation, counting, first);
    }
    return standing();
  }

  private Optional<Diagnosis> standing() {
    return raised ? Optional.ofNullable(last) : Optional.empty();
  }

  private Diagnosis diagnosis(Observation observation, List<Integer> layers, boolean[] first) {
    List<NetworkStructure.Layer> all = observation.structure().layers();
    List<UnitHealth> health = observation.unitHealth();
    int top =
        layers.stream()
            .max(Comparator.comparingDouble(layer -> health.get(layer).saturatedShare()))
            .orElseThrow();
    double share = health.get(top).saturatedShare();
    Map<String, Double> evidence = new LinkedHashMap<>();
    evidence.put("saturated share", share);
    evidence.put("saturated units", (double) health.get(top).saturated());
    evidence.put("units", (double) health.get(top).units());
    evidence.put("loss / loss of a guess", loss.relative());
    return new Diagnosis(
        Condition.SATURATED_UNITS,
        Severity.WARNING,
        cusum.onsetIteration(),
        cusum.onsetEpoch(),
        layers.stream().map(all::get).map(NetworkStructure.Layer::name).toList(),
        evidence,
        "In "
            + all.get(top).title()
            + ", "
            + Math.round(100 * share)
            + " % of the values lie where "
            + all.get(top).activation()
            + " is flat (slope below 5 % of its largest)"
            + (first[top]
                ? ", and did so from the first iteration: the weighted inputs are too large."
                : ", while the loss is "
                    + Numbers.text(loss.relative())
                    + " of what a guess would have: the units are sure, and wrong."),
        first[top]
            ? ".weightInit("
                + Schemes.fitting(all.get(top).activation())
                + ") for the layers named, and features standardized by a NormalizerStandardize."
            : "Start again with a learning rate of "
                + Numbers.text(observation.learningRate() / 10)
                + " instead of "
                + Numbers.text(observation.learningRate())
                + ", and put a BatchNormalization layer before the layers named.",
        Optional.empty());
  }
}
