package io.github.dl4jstability.listeners.internal.curvature.copy;

import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;

/** A copy of the user's model, in double, without noise and without listeners. */
public interface ProbeModel {

  /** The flat parameters of the copy, shape [1, length]; writing into them moves it. */
  INDArray params();

  /** The flat gradient of the last {@link #backward}, shape [1, length]. */
  INDArray gradients();

  /** Mean loss over the examples, as in training, without regularization. */
  double loss(MultiDataSet data);

  /** Computes the gradient of the loss of each example, summed. */
  void backward(MultiDataSet data);

  /** Whether what is computed for an example depends on the others of its minibatch. */
  default boolean mixesExamples() {
    return parts().stream().anyMatch(Mixing::of);
  }

  /** The layers and vertices with parameters, in the order of the copy. */
  List<ProbedLayer> parts();

  /** Whether training divides the gradient by the number of examples. */
  boolean averages();

  /** The copy itself. */
  Model model();

  /** The getter of the parameters fails in some networks that are not initialized. */
  static void requireInitialized(@Nullable Model model) {
    if (model == null) {
      throw new IllegalArgumentException("model must not be null, was null");
    }
    boolean initialized =
        model instanceof MultiLayerNetwork network
            ? network.isInitCalled() && network.getLayers() != null
            : !(model instanceof ComputationGraph graph) || graph.getVertices() != null;
    if (!initialized || model.params() == null) {
      throw new IllegalArgumentException("model must be initialized: call init() first");
    }
  }

  /** The same memory as an array of shape [1, length]: Deeplearning4j's own views vary in rank. */
  static INDArray row(INDArray view) {
    return view.reshape(1, view.length());
  }

  /** Whether any of the arrays is there. */
  static boolean any(INDArray[] masks) {
    return masks != null && Arrays.stream(masks).anyMatch(mask -> mask != null);
  }
}
