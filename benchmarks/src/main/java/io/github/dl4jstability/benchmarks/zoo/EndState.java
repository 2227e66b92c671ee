package io.github.dl4jstability.benchmarks.zoo;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What a training comes to, without any tolerance: -0 is not 0, and NaN is NaN.
 *
 * @param losses the bits of the loss at the end of each epoch
 * @param parameters the bits of all parameters
 * @param updater the bits of the updater's state
 * @param random the bits of what the thread's random generator gives next
 */
record EndState(List<Long> losses, List<Long> parameters, List<Long> updater, List<Long> random) {
  private static final int NEXT = 16;

  static EndState of(Model model, List<Double> losses) {
    return new EndState(
        losses.stream().map(Double::doubleToRawLongBits).toList(),
        bits(model.params()),
        bits(updaterState(model)),
        bits(Nd4j.rand(DataType.DOUBLE, 1, NEXT)));
  }

  /** Returns what differs, such as "parameters, random state"; empty if nothing does. */
  String differences(EndState other) {
    List<String> names = new ArrayList<>();
    if (!losses.equals(other.losses)) {
      names.add("losses");
    }
    if (!parameters.equals(other.parameters)) {
      names.add("parameters");
    }
    if (!updater.equals(other.updater)) {
      names.add("updater state");
    }
    if (!random.equals(other.random)) {
      names.add("random state");
    }
    return String.join(", ", names);
  }

  private static @Nullable INDArray updaterState(Model model) {
    return model instanceof MultiLayerNetwork network
        ? network.getUpdater().getStateViewArray()
        : ((ComputationGraph) model).getUpdater().getStateViewArray();
  }

  private static List<Long> bits(@Nullable INDArray array) {
    if (array == null || array.isEmpty()) {
      return List.of();
    }
    double[] values = array.reshape(array.length()).castTo(DataType.DOUBLE).toDoubleVector();
    return Arrays.stream(values).mapToLong(Double::doubleToRawLongBits).boxed().toList();
  }
}
