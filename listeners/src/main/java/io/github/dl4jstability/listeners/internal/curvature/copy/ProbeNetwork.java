package io.github.dl4jstability.listeners.internal.curvature.copy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.layers.FrozenLayer;
import org.deeplearning4j.nn.layers.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;

/** The copy of a {@code MultiLayerNetwork}. */
final class ProbeNetwork implements ProbeModel {
  private final MultiLayerNetwork network;
  private final INDArray params;
  private final INDArray gradients;

  ProbeNetwork(MultiLayerConfiguration configuration, INDArray params) {
    network = new MultiLayerNetwork(configuration);
    network.init(params, false);
    network.initGradientsView();
    if (!(network.getOutputLayer() instanceof IOutputLayer)) {
      throw new IllegalArgumentException(
          "the last layer must have a loss, was "
              + network.getOutputLayer().getClass().getSimpleName());
    }
    this.params = ProbeModel.row(network.params());
    this.gradients = ProbeModel.row(network.getGradientsViewArray());
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
    DataSet single =
        new DataSet(
            data.getFeatures(0),
            data.getLabels(0),
            first(data.getFeaturesMaskArrays()),
            first(data.getLabelsMaskArrays()));
    return network.score(single, true) - network.calcRegularizationScore(true);
  }

  @Override
  public void backward(MultiDataSet data) {
    network.setInput(data.getFeatures(0));
    network.setLabels(data.getLabels(0));
    network.setLayerMaskArrays(
        first(data.getFeaturesMaskArrays()), first(data.getLabelsMaskArrays()));
    network.computeGradientAndScore();
    network.clearLayerMaskArrays();
    network.rnnClearPreviousState();
  }

  private static @Nullable INDArray first(INDArray @Nullable [] masks) {
    return masks == null ? null : masks[0];
  }

  @Override
  public List<ProbedLayer> parts() {
    List<ProbedLayer> parts = new ArrayList<>();
    for (Layer layer : network.getLayers()) {
      String name = layer.conf().getLayer().getLayerName();
      String index = Integer.toString(parts.size());
      parts.add(
          new ProbedLayer(
              name == null || name.isBlank() ? index : name,
              layer,
              Optional.of(layer.conf().getLayer()),
              isFrozen(layer)));
    }
    return parts;
  }

  static boolean isFrozen(Layer layer) {
    return layer instanceof FrozenLayer || layer instanceof FrozenLayerWithBackprop;
  }

  @Override
  public Model model() {
    return network;
  }

  @Override
  public boolean averages() {
    return network.conf().isMiniBatch();
  }
}
