package io.github.dl4jstability.listeners.internal.curvature.copy;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.impl.StackVertex;
import org.deeplearning4j.nn.graph.vertex.impl.UnstackVertex;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.lossfunctions.impl.LossSparseMCXENT;

/** Whether data have the arrays and widths that a network expects, as far as its layers tell. */
public final class NetworkFit {
  private NetworkFit() {}

  public static void check(Model model, List<? extends MultiDataSet> data) {
    data.forEach(BatchCheck::require);
    data.forEach(minibatch -> check(model, minibatch));
    if (model instanceof ComputationGraph graph && data.stream().anyMatch(NetworkFit::isMasked)) {
      Arrays.stream(graph.getVertices()).forEach(NetworkFit::requireMaskable);
    }
  }

  private static boolean isMasked(MultiDataSet minibatch) {
    return ProbeModel.any(minibatch.getFeaturesMaskArrays());
  }

  /**
   * There Deeplearning4j writes another shape into the arrays of the inputs (measured: [5, 8] reads
   * [5, 1] after the forward pass), so that nothing can be done with them a second time.
   */
  private static void requireMaskable(GraphVertex vertex) {
    if (vertex instanceof StackVertex || vertex instanceof UnstackVertex) {
      throw new IllegalArgumentException(
          "data must not have masks of features where the network stacks examples, had some at"
              + " vertex "
              + vertex.getVertexName());
    }
  }

  private static void check(Model model, MultiDataSet data) {
    if (model instanceof ComputationGraph graph) {
      requireCount("features", graph.getNumInputArrays(), data.getFeatures().length);
      requireCount("labels", graph.getNumOutputArrays(), data.getLabels().length);
      for (int i = 0; i < data.getLabels().length; i++) {
        requireWidth("labels", labelWidth(graph.getOutputLayer(i)), data.getLabels(i));
      }
    } else if (model instanceof MultiLayerNetwork network) {
      requireCount("features", 1, data.getFeatures().length);
      requireCount("labels", 1, data.getLabels().length);
      requireWidth("features", featureWidth(network), data.getFeatures(0));
      requireWidth("labels", labelWidth(network.getOutputLayer()), data.getLabels(0));
    }
  }

  private static void requireCount(String name, int expected, int found) {
    if (expected != found) {
      throw new IllegalArgumentException(
          "data must have " + expected + " arrays of " + name + ", had " + found);
    }
  }

  /** Only of arrays with one row for each example: others may have their channels anywhere. */
  private static void requireWidth(String name, Optional<Long> expected, INDArray array) {
    if (array.rank() == 2 && expected.filter(width -> width != array.size(1)).isPresent()) {
      throw new IllegalArgumentException(
          name
              + " must have "
              + expected.get()
              + " columns as the network has, had shape "
              + Arrays.toString(array.shape()));
    }
  }

  private static Optional<Long> featureWidth(MultiLayerNetwork network) {
    boolean plain =
        network.getLayerWiseConfigurations().getInputPreProcess(0) == null
            && network.getLayer(0).conf().getLayer() instanceof DenseLayer;
    return plain
        ? Optional.of(((DenseLayer) network.getLayer(0).conf().getLayer()).getNIn())
        : Optional.empty();
  }

  private static Optional<Long> labelWidth(Layer output) {
    return output.conf().getLayer() instanceof BaseOutputLayer layer
        ? Optional.of(layer.getLossFn() instanceof LossSparseMCXENT ? 1 : layer.getNOut())
        : Optional.empty();
  }
}
