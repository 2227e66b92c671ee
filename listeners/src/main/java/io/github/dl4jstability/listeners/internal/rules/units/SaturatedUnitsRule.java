package io.github.dl4jstability.listeners.internal.rules.units;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.Evidence;
import io.github.dl4jstability.listeners.internal.advice.RateAdvice;
import io.github.dl4jstability.listeners.internal.advice.Schemes;
import io.github.dl4jstability.listeners.internal.diagnosis.DiagnosisBuilder;
import io.github.dl4jstability.listeners.internal.diagnosis.Rule;
import io.github.dl4jstability.listeners.internal.history.Cusum;
import io.github.dl4jstability.listeners.internal.history.EarlierTraining;
import io.github.dl4jstability.listeners.internal.history.LossLevel;
import io.github.dl4jstability.listeners.internal.history.Numbers;
import io.github.dl4jstability.listeners.internal.history.RunHistory;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure;
import io.github.dl4jstability.listeners.internal.observation.UnitHealth;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
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
 * sure, and wrong. Output layers never count, nor do frozen ones, which need no gradient.
 *
 * <p>A layer that had been trained before ({@link EarlierTraining}) had its reason at the first
 * iteration too; what it was saturated with then counts by the second way only, and only once this
 * run has had its chance to learn with it.
 *
 * <p>Evidence per look, in units of half the way from s = ½ to 1, is summed by {@link Cusum} with
 * limit 2: two looks at s above ¾, eight at 0.56. At the first iteration the weighted inputs of a
 * well initialized layer would have to be three times as wide as expected.
 *
 * <p>Source: Glorot and Bengio 2010 (PMLR 9:249–256), section 3.
 */
public final class SaturatedUnitsRule implements Rule {
  private static final double SHARE = 0.5;
  private static final double UNIT = 0.25;
  private static final double LIMIT = 2;
  private static final double NO_BETTER = 0.8;

  private final Cusum cusum = new Cusum(LIMIT);
  private boolean[] flatAtFirst = {};
  private boolean raised;
  private @Nullable Diagnosis last;

  @Override
  public Set<Condition> conditions() {
    return Set.of(Condition.SATURATED_UNITS);
  }

  @Override
  public boolean waitsForLooks() {
    return true;
  }

  @Override
  public Optional<Diagnosis> judge(RunHistory history) {
    List<UnitHealth> health = history.now().unitHealth();
    if (!Numbers.isAny(health, UnitHealth::isPresent)) {
      return standing();
    }
    boolean[] flat = flat(history);
    flatAtFirst = flatAtFirst.length == 0 ? flat : flatAtFirst;
    List<Integer> counting = new ArrayList<>();
    double largest = 0;
    for (int layer = 0; layer < flat.length; layer++) {
      if (flat[layer] && counts(layer, history)) {
        counting.add(layer);
        largest = Math.max(largest, health.get(layer).saturatedShare());
      }
    }
    raised = cusum.add((largest - SHARE) / UNIT, history.now());
    if (raised && !counting.isEmpty()) {
      last = diagnosis(history, counting);
    }
    return standing();
  }

  private static boolean[] flat(RunHistory history) {
    boolean[] flat = new boolean[history.now().unitHealth().size()];
    for (int layer = 0; layer < flat.length; layer++) {
      NetworkStructure.Layer what = history.now().structure().layers().get(layer);
      flat[layer] =
          history.now().unitHealth().get(layer).saturatedShare() > SHARE
              && !what.output()
              && !what.setup().frozen();
    }
    return flat;
  }

  /** Tells whether a layer that is flat has no good reason to be. */
  private boolean counts(int layer, RunHistory history) {
    EarlierTraining trained = history.earlier();
    if (flatAtFirst[layer] && !trained.of(layer)) {
      return true;
    }
    boolean mayJudge = !flatAtFirst[layer] || trained.isLongAgo(history.now());
    return mayJudge && history.loss().isKnownNotBelow(NO_BETTER);
  }

  private Optional<Diagnosis> standing() {
    return raised ? Optional.ofNullable(last) : Optional.empty();
  }

  private Diagnosis diagnosis(RunHistory history, List<Integer> layers) {
    List<NetworkStructure.Layer> all = history.now().structure().layers();
    List<UnitHealth> health = history.now().unitHealth();
    int top =
        layers.stream()
            .max(Comparator.comparingDouble(layer -> health.get(layer).saturatedShare()))
            .orElseThrow();
    double share = health.get(top).saturatedShare();
    boolean fromTheStart = flatAtFirst[top] && !history.earlier().of(top);
    return DiagnosisBuilder.of(Condition.SATURATED_UNITS)
        .since(cusum.onset())
        .in(history.now().structure(), layers)
        .show(Evidence.SATURATED_SHARE, share)
        .show(Evidence.SATURATED_UNITS, health.get(top).saturated())
        .show(Evidence.UNITS, health.get(top).units())
        .show(Evidence.LOSS_AGAINST_A_GUESS, history.loss().relative())
        .because(
            "In "
                + all.get(top).title()
                + ", "
                + Math.round(100 * share)
                + " % of the values lie where "
                + all.get(top).activation()
                + " is flat (slope below 5 % of its largest)"
                + (fromTheStart
                    ? ", and did so from the first iteration: the weighted inputs are too large."
                    : ", while the loss is "
                        + Numbers.text(history.loss().relative())
                        + " of what a guess would have: the units are sure, and wrong."))
        .remedy(
            fromTheStart
                ? ".weightInit("
                    + Schemes.fitting(all.get(top))
                    + ") for the layers named, and features standardized by a NormalizerStandardize."
                : "Start again"
                    + RateAdvice.of(history.now()).tenth(" with ")
                    + " and put a BatchNormalization layer before the layers named.")
        .build();
  }
}
