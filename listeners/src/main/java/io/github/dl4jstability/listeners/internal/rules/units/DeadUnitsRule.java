package io.github.dl4jstability.listeners.internal.rules.units;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.Evidence;
import io.github.dl4jstability.listeners.Severity;
import io.github.dl4jstability.listeners.internal.advice.RateAdvice;
import io.github.dl4jstability.listeners.internal.diagnosis.DiagnosisBuilder;
import io.github.dl4jstability.listeners.internal.diagnosis.Rule;
import io.github.dl4jstability.listeners.internal.history.EarlierTraining;
import io.github.dl4jstability.listeners.internal.history.LossLevel;
import io.github.dl4jstability.listeners.internal.history.Numbers;
import io.github.dl4jstability.listeners.internal.history.Onset;
import io.github.dl4jstability.listeners.internal.history.RunHistory;
import io.github.dl4jstability.listeners.internal.observation.Inspection;
import io.github.dl4jstability.listeners.internal.observation.Inspection.Silence;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure;
import io.github.dl4jstability.listeners.internal.observation.Observation;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * {@link Condition#DEAD_UNITS}: rectifier units that are silent for every example. Their gradient
 * is 0, so they stay as they are.
 *
 * <p><b>Sparse is not dead.</b> A unit that fires for one example in a hundred is silent over n
 * examples with probability 0.99ⁿ. A layer is judged once n is at least 460, where that is 1 %:
 * even if every unit were that sparse, the share would be one point too high. A layer without any
 * active unit is judged sooner: if but a tenth of the examples activated anything, n silent ones in
 * a row would have probability 0.9ⁿ, and n is such that this is below 1e-4 divided by the number of
 * layers.
 *
 * <p><b>Some silence is chance.</b> Random initial weights leave up to half of the units of a deep
 * layer silent, see {@link DeadByChance}; such networks train. A share counts only if it is beyond
 * what the layer behind, the layer before, or the layer's own first share make likely, by z =
 * √(2·ln(300·layers)) binomial deviations: by the normal tail bound that happens by chance in less
 * than one of 200 runs, corrected for the three bounds and the number of layers. Where the initial
 * biases are negative on average, chance explains nothing.
 *
 * <p><b>Severity.</b> Information from a quarter of a layer. Warning from 40 %: then less than 60 %
 * of its width works, and of the weights between two such layers about a third. It stays an
 * information while the loss is below {@value #LEARNING} of a guess's ({@link LossLevel}) and the
 * initial biases are not to blame: what is left of the layer does. So does what a frozen layer, or
 * one that had been trained before ({@link EarlierTraining}), was silent with from the first look
 * on, until the run has had its chance to learn with the rest. Error if a whole layer without
 * bypass is silent: nothing flows forward or back, and training ends there. Layers behind it get a
 * constant and are not judged. A share has to fall below nine tenths of the limit to be withdrawn.
 *
 * <p>Source: Lu, Shin, Su and Karniadakis 2019, arXiv:1903.06733 (dying ReLU and initialization).
 */
public final class DeadUnitsRule implements Rule {
  private static final double LEARNING = 0.8;
  private static final double NO_LONGER = 0.9;

  private @Nullable DeadUnitLayers layers;
  private boolean learning;
  private Onset lastClear = Onset.NONE;
  private @Nullable Diagnosis raised;

  @Override
  public Set<Condition> conditions() {
    return Set.of(Condition.DEAD_UNITS);
  }

  @Override
  public boolean waitsForLooks() {
    return true;
  }

  @Override
  public Optional<Diagnosis> judge(RunHistory history) {
    DeadUnitLayers judge = layers;
    if (judge == null) {
      judge = new DeadUnitLayers(history);
      layers = judge;
      clear(history);
    }
    List<Silence> silence = history.now().inspection().map(Inspection::silence).orElse(List.of());
    if (!silence.isEmpty()) {
      learning = history.loss().isBelow(learning ? NO_LONGER : LEARNING);
      List<Optional<Severity>> severities = judge.judge(silence, learning, history);
      if (Numbers.isAny(severities, Optional::isPresent)) {
        raised = diagnosis(history, silence, severities);
      } else {
        clear(history);
      }
    }
    return Optional.ofNullable(raised);
  }

  private void clear(RunHistory history) {
    raised = null;
    lastClear = Onset.at(history.now());
  }

  /** Names the layers of the worst severity only, or of warnings and errors together. */
  private Diagnosis diagnosis(
      RunHistory history, List<Silence> silence, List<Optional<Severity>> severities) {
    Severity worst =
        severities.stream().flatMap(Optional::stream).max(Comparator.naturalOrder()).orElseThrow();
    Severity least = worst == Severity.INFO ? Severity.INFO : Severity.WARNING;
    List<NetworkStructure.Layer> all = history.now().structure().layers();
    List<Integer> named =
        IntStream.range(0, severities.size())
            .filter(
                layer ->
                    severities.get(layer).filter(found -> found.compareTo(least) >= 0).isPresent())
            .boxed()
            .toList();
    int top =
        named.stream()
            .max(Comparator.comparingDouble(layer -> DeadUnitLayers.share(silence.get(layer))))
            .orElseThrow();
    Silence most = silence.get(top);
    DiagnosisBuilder diagnosis =
        DiagnosisBuilder.of(Condition.DEAD_UNITS)
            .severity(worst)
            .since(lastClear)
            .in(history.now().structure(), named)
            .show(Evidence.DEAD_SHARE, DeadUnitLayers.share(most))
            .show(Evidence.DEAD_UNITS, most.silent())
            .show(Evidence.UNITS, most.units())
            .show(Evidence.EXAMPLES, (double) most.examples());
    named.forEach(
        layer ->
            diagnosis.show(
                Evidence.DEAD_SHARE, all.get(layer), DeadUnitLayers.share(silence.get(layer))));
    return diagnosis
        .because(explanation(most, all.get(top), worst))
        .remedy(remedy(history.now(), worst, named))
        .build();
  }

  private static String explanation(Silence most, NetworkStructure.Layer layer, Severity worst) {
    return most.silent()
        + " of the "
        + most.units()
        + " units of "
        + layer.title()
        + " ("
        + Math.round(100 * DeadUnitLayers.share(most))
        + " %) gave 0 for each of the last "
        + most.examples()
        + " examples"
        + (worst == Severity.ERROR
            ? "; nothing gets through this layer, so the loss no longer depends on the features."
            : "; no gradient reaches them, so they cannot come back.");
  }

  private static String remedy(Observation now, Severity worst, List<Integer> named) {
    List<NetworkStructure.Layer> layers = now.structure().layers();
    if (named.stream().allMatch(layer -> layers.get(layer).setup().frozen())) {
      return (worst == Severity.INFO
              ? "Nothing has to be done while the loss falls; otherwise train"
              : "Train")
          + " the layers named as well, or freeze fewer.";
    }
    String slope =
        ".activation(Activation.LEAKYRELU) with .weightInit(new HeNormal()) for the layers named";
    if (worst == Severity.INFO) {
      return "Nothing has to be done while the loss falls; otherwise " + slope + ".";
    }
    return "Start again with "
        + slope
        + ", initial biases of 0 (.biasInit(0))"
        + RateAdvice.of(now).tenth(", and ")
        + ".";
  }
}
