package io.github.dl4jstability.listeners.internal.curvature.copy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;

/** The copy of a {@code ComputationGraph}. */
final class ProbeGraph implements ProbeModel {
  private final ComputationGraph graph;
  private final INDArray params;
  private final INDArray gradients;

  ProbeGraph(ComputationGraphConfiguration configuration, INDArray params) {
    graph = new ComputationGraph(configuration);
    graph.init(params, false);
    graph.initGradientsView();
    for (int i = 0; i < graph.getNumOutputArrays(); i++) {
      if (!(graph.getOutputLayer(i) instanceof IOutputLayer)) {
        throw new IllegalArgumentException(
            "every output must have a loss, output " + i + " has none");
      }
    }
    this.params = ProbeModel.row(graph.params());
    this.gradients = ProbeModel.row(graph.getGradientsViewArray());
  }

  @Override
  public INDArray params() {
    return params;
  }

  @Override
  public INDArray gradients() {
    return gradients;
  }

  @Override
  public double loss(MultiDataSet data) {
    // Its own method for the score knows neither all masks nor the number of examples, and leaves
    // the activations to the garbage collector.
    backward(data);
    return graph.score() - graph.calcRegularizationScore(true);
  }

  @Override
  public void backward(MultiDataSet data) {
    graph.setInputs(data.getFeatures());
    graph.setLabels(data.getLabels());
    boolean masked =
        ProbeModel.any(data.getFeaturesMaskArrays()) || ProbeModel.any(data.getLabelsMaskArrays());
    if (masked) {
      graph.setLayerMaskArrays(data.getFeaturesMaskArrays(), data.getLabelsMaskArrays());
    }
    graph.computeGradientAndScore();
    if (masked) {
      graph.clearLayerMaskArrays();
    }
    graph.rnnClearPreviousState();
  }

  @Override
  public List<ProbedLayer> parts() {
    List<ProbedLayer> parts = new ArrayList<>();
    for (GraphVertex vertex : graph.getVertices()) {
      Optional<Layer> layer = Optional.ofNullable(vertex.getLayer());
      parts.add(
          new ProbedLayer(
              vertex.getVertexName(),
              vertex,
              layer.map(built -> built.conf().getLayer()),
              layer.filter(ProbeNetwork::isFrozen).isPresent()));
    }
    return parts;
  }

  @Override
  public Model model() {
    return graph;
  }

  @Override
  public boolean averages() {
    return graph.getConfiguration().getDefaultConfiguration().isMiniBatch();
  }
}
