package io.github.dl4jstability.listeners.curvature;

import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A copy of the user's model, in double, without noise and without listeners. */
interface ProbeModel {

  /** The flat parameters of the copy, shape [1, length]; writing into them moves it. */
  INDArray params();

  /** The flat gradient of the last {@link #backward}, shape [1, length]. */
  INDArray gradients();

  /** Mean loss over the examples, as in training, without regularization. */
  double loss(Examples examples);

  /** Computes the gradient of the loss of each example, summed. */
  void backward(Examples examples);

  /** The layers and vertices with parameters, in the order of the copy. */
  List<Part> parts();

  /** Whether training divides the gradient by the number of examples. */
  boolean averages();

  static ProbeModel copyOf(Model model) {
    if (model.params() == null) {
      throw new IllegalArgumentException("model must be initialized: call init() first");
    }
    INDArray params = Vectors.copy(model.params());
    if (model instanceof MultiLayerNetwork network) {
      return new ProbeNetwork(network, params);
    }
    if (model instanceof ComputationGraph graph) {
      return new ProbeGraph(graph, params);
    }
    throw new IllegalArgumentException(
        "model must be a MultiLayerNetwork or a ComputationGraph, was "
            + model.getClass().getName());
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
