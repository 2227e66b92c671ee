package io.github.dl4jstability.listeners.internal.curvature.copy;

import io.github.dl4jstability.listeners.internal.curvature.spectrum.Vectors;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.solvers.BaseOptimizer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a probe needs of a model: copies of its configuration and its parameters, in double. It
 * holds nothing of the model itself, so that another thread may probe it while the model is trained
 * on. One probe can be made of it.
 */
public final class ModelSnapshot {
  private final @Nullable MultiLayerConfiguration layers;
  private final @Nullable ComputationGraphConfiguration graph;
  private final INDArray params;
  private final int iteration;
  private final int epoch;

  private ModelSnapshot(Model model) {
    layers =
        model instanceof MultiLayerNetwork network
            ? NoiseFree.copyOf(network.getLayerWiseConfigurations())
            : null;
    graph =
        model instanceof ComputationGraph original
            ? NoiseFree.copyOf(original.getConfiguration())
            : null;
    params = Vectors.copy(model.params());
    iteration = BaseOptimizer.getIterationCount(model);
    epoch = BaseOptimizer.getEpochCount(model);
  }

  /**
   * Takes a snapshot.
   *
   * @param model an initialized {@code MultiLayerNetwork} or {@code ComputationGraph}
   * @return the snapshot; takes 8 bytes for each parameter
   * @throws IllegalArgumentException if the model is not initialized or of another kind
   */
  public static ModelSnapshot of(Model model) {
    ProbeModel.requireInitialized(model);
    if (!(model instanceof MultiLayerNetwork || model instanceof ComputationGraph)) {
      throw new IllegalArgumentException(
          "model must be a MultiLayerNetwork or a ComputationGraph, was "
              + model.getClass().getName());
    }
    return new ModelSnapshot(model);
  }

  public ProbeModel model() {
    if (layers != null) {
      return new ProbeNetwork(layers, params);
    }
    if (graph != null) {
      return new ProbeGraph(graph, params);
    }
    throw new IllegalStateException("a snapshot is of a network or of a graph");
  }

  public INDArray params() {
    return params;
  }

  public int iteration() {
    return iteration;
  }

  public int epoch() {
    return epoch;
  }
}
