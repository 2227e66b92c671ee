package io.github.dl4jstability.listeners.internal.collection;

import io.github.dl4jstability.listeners.internal.model.BuiltNetwork;
import io.github.dl4jstability.listeners.internal.observation.Inspection;
import io.github.dl4jstability.listeners.internal.observation.Inspection.GradientThroughTime;
import io.github.dl4jstability.listeners.internal.observation.Inspection.Silence;
import io.github.dl4jstability.listeners.internal.observation.Inspection.Twins;
import io.github.dl4jstability.measurement.FlatMemory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Takes the closer look of an {@link Inspection}, hook by hook. A kind of look that fails is left
 * out from then on.
 */
final class Inspector {
  private final int layers;
  private final Map<Integer, List<DuplicateUnitSearch>> twins;
  private final Map<Integer, TimeGradient> timeGradients;
  private final List<InputMeter> inputs;
  private final List<OutputMeter> outputs;
  private final Contained twinLook = new Contained("the search for identical units");
  private final Contained timeLook = new Contained("gradients through time");
  private final Contained inputLook = new Contained("the scales of features");
  private final Contained outputLook = new Contained("the spread of outputs");
  private final Contained labelLook = new Contained("the scales of labels");
  private List<GradientThroughTime> throughTime;
  private long looks;

  Inspector(BuiltNetwork network) {
    layers = network.parts().size();
    throughTime = absent(GradientThroughTime.ABSENT);
    Meters meters = new Meters(network);
    twins = twinLook.get(meters::duplicateUnits, Map.of());
    timeGradients = timeLook.get(meters::timeGradients, Map.of());
    inputs = inputLook.get(meters::inputs, List.of());
    outputs = outputLook.get(meters::outputs, List.of());
  }

  void onForward(PartInputs partInputs, List<INDArray> features, int minibatch) {
    inputLook.run(
        () -> {
          for (int i = 0; i < Math.min(inputs.size(), features.size()); i++) {
            inputs.get(i).look(features.get(i));
          }
        });
    outputLook.run(() -> outputs.forEach(output -> output.lookAtAnswers(partInputs, minibatch)));
    if (isRareLookDue()) {
      timeLook.run(
          () -> timeGradients.forEach((part, look) -> look.keep(partInputs, part, minibatch)));
    }
  }

  /** Looks before the step, with the parameters that made the gradient. */
  void onBackward(Model model) {
    labelLook.run(() -> outputs.forEach(OutputMeter::lookAtLabels));
    if (isRareLookDue()) {
      throughTime = timeLook.get(() -> throughTime(model.params()), throughTime);
    }
  }

  /**
   * Completes the look after the step.
   *
   * @param silence by layer
   * @param updates what the step took away; null if there is no such view
   */
  Inspection complete(Model model, @Nullable INDArray updates, List<Silence> silence) {
    List<Twins> twinCounts =
        isRareLookDue()
            ? twinLook.get(() -> twins(model.params(), updates), absent(Twins.ABSENT))
            : absent(Twins.ABSENT);
    List<GradientThroughTime> seenThroughTime = throughTime;
    throughTime = absent(GradientThroughTime.ABSENT);
    looks++;
    return new Inspection(
        silence,
        twinCounts,
        seenThroughTime,
        inputs.stream().map(InputMeter::result).toList(),
        outputs.stream().map(OutputMeter::labels).toList(),
        outputs.stream().map(OutputMeter::spread).toList(),
        outputs.stream().map(OutputMeter::baselineLoss).toList(),
        outputs.stream().map(OutputMeter::zeroLoss).toList());
  }

  /**
   * Looks 0, 1, 2, 4, 8 … for what costs about as much as a layer's own part in an iteration, and
   * is there from the start or not at all.
   */
  private boolean isRareLookDue() {
    return (looks & (looks - 1)) == 0;
  }

  private <T> List<T> absent(T nothing) {
    return Collections.nCopies(layers, nothing);
  }

  private List<Twins> twins(INDArray parameters, @Nullable INDArray updates) {
    List<Twins> counts = new ArrayList<>(absent(Twins.ABSENT));
    if (updates != null && !twins.isEmpty()) {
      FlatMemory weights = FlatMemory.of(parameters);
      FlatMemory changes = FlatMemory.of(updates);
      new TreeMap<>(twins)
          .forEach(
              (part, searches) -> {
                int units = 0;
                int withTwin = 0;
                int distinct = 0;
                for (DuplicateUnitSearch search : searches) {
                  Twins found = search.search(weights, changes);
                  units += found.units();
                  withTwin += found.withTwin();
                  distinct += found.distinct();
                }
                counts.set(part, new Twins(units, withTwin, distinct));
              });
    }
    return counts;
  }

  private List<GradientThroughTime> throughTime(INDArray parameters) {
    List<GradientThroughTime> slopes = new ArrayList<>(absent(GradientThroughTime.ABSENT));
    timeGradients.forEach((part, look) -> slopes.set(part, look.measure(parameters)));
    return slopes;
  }
}
