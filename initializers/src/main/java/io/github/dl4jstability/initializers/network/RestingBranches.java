package io.github.dl4jstability.initializers.network;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The layers of residual branches that start at 0, as after {@link Fixup} or with a normalization
 * whose scale is 0: nothing passes them yet, on purpose, because the shortcut does the work.
 */
final class RestingBranches {

  private RestingBranches() {}

  static Set<String> of(Model model) {
    Set<String> names = new HashSet<>();
    if (model instanceof ComputationGraph graph) {
      ResidualSums residual = new ResidualSums(graph);
      for (ResidualSums.Sum sum : residual.find().values()) {
        if (sum.ends().stream().anyMatch(end -> isZero(graph, residual, end))) {
          names.addAll(sum.ends());
          names.addAll(residual.mainBranch(sum));
        }
      }
    }
    return names;
  }

  /** The scale of a normalization, or all kernels of a layer, of which one suffices. */
  private static boolean isZero(ComputationGraph graph, ResidualSums residual, String layer) {
    Map<String, INDArray> table = graph.getLayer(layer).paramTable();
    if (residual.isNormalization(layer)) {
      INDArray gamma = table.get("gamma");
      return gamma != null && gamma.amaxNumber().doubleValue() == 0;
    }
    return table.entrySet().stream()
        .filter(entry -> entry.getKey().endsWith("W"))
        .anyMatch(entry -> entry.getValue().amaxNumber().doubleValue() == 0);
  }
}
