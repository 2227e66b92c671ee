package io.github.dl4jstability.initializers.network;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.AutoEncoder;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * A copy of a network whose activations are tapped, without dropout and weight noise.
 *
 * <p>The copy has its own configuration and may work on the original's parameter array, so that the
 * original's layers are never touched. Tapped are the layers whose activation is a function of a
 * weighted sum: dense, convolution of all kinds, output, autoencoder.
 */
final class TappedCopy {

  private final Model copy;

  private TappedCopy(Model copy) {
    this.copy = copy;
  }

  /** {@code observers} gives the observer of a layer by its name. */
  static TappedCopy of(
      Model model,
      INDArray params,
      boolean tapsOutput,
      BiFunction<String, IActivation, ActivationTap.Observer> observers) {
    if (model instanceof MultiLayerNetwork network) {
      MultiLayerConfiguration configuration = network.getLayerWiseConfigurations().clone();
      List<NeuralNetConfiguration> layers = configuration.getConfs();
      for (int i = 0; i < layers.size(); i++) {
        Layer layer = layers.get(i).getLayer();
        String name = layer.getLayerName();
        tap(layer, name == null ? String.valueOf(i) : name, tapsOutput, observers);
      }
      MultiLayerNetwork copy = new MultiLayerNetwork(configuration);
      copy.init(params, false);
      return new TappedCopy(copy);
    }
    ComputationGraph graph = (ComputationGraph) model;
    ComputationGraphConfiguration configuration = graph.getConfiguration().clone();
    configuration
        .getVertices()
        .forEach(
            (name, vertex) -> {
              if (vertex instanceof LayerVertex layerVertex) {
                tap(layerVertex.getLayerConf().getLayer(), name, tapsOutput, observers);
              }
            });
    ComputationGraph copy = new ComputationGraph(configuration);
    copy.init(params, false);
    return new TappedCopy(copy);
  }

  private static void tap(
      Layer layer,
      String name,
      boolean tapsOutput,
      BiFunction<String, IActivation, ActivationTap.Observer> observers) {
    layer.setIDropout(null);
    if (layer instanceof BaseLayer base) {
      base.setWeightNoise(null);
      if (isWeightedSum(layer) && (tapsOutput || !(layer instanceof BaseOutputLayer))) {
        base.setActivationFn(
            new ActivationTap(
                base.getActivationFn(), observers.apply(name, base.getActivationFn())));
      }
    }
  }

  /** Whether the activation of a layer is applied, as a whole, to weights times inputs. */
  static boolean isWeightedSum(Layer layer) {
    return layer instanceof DenseLayer
        || layer instanceof ConvolutionLayer
        || layer instanceof BaseOutputLayer
        || layer instanceof AutoEncoder;
  }

  /** Runs forward and returns what each layer or vertex gives out, in order. */
  List<INDArray> forward(boolean training, INDArray... features) {
    if (copy instanceof MultiLayerNetwork network) {
      return network.feedForward(features[0], training);
    }
    ComputationGraph graph = (ComputationGraph) copy;
    return new ArrayList<>(graph.feedForward(features, training).values());
  }

  /** Runs forward and backward and returns the loss per sample without regularization. */
  double forwardAndBackward(MultiDataSet batch) {
    if (copy instanceof MultiLayerNetwork network) {
      network.setInput(batch.getFeatures(0));
      network.setLabels(batch.getLabels(0));
      network.setLayerMaskArrays(
          mask(batch.getFeaturesMaskArrays()), mask(batch.getLabelsMaskArrays()));
      network.computeGradientAndScore();
      return network.score() - network.calcRegularizationScore(true);
    }
    ComputationGraph graph = (ComputationGraph) copy;
    graph.setInputs(batch.getFeatures());
    graph.setLabels(batch.getLabels());
    graph.setLayerMaskArrays(batch.getFeaturesMaskArrays(), batch.getLabelsMaskArrays());
    graph.computeGradientAndScore();
    return graph.score() - graph.calcRegularizationScore(true);
  }

  private static @Nullable INDArray mask(INDArray @Nullable [] masks) {
    return masks == null ? null : masks[0];
  }

  /** The names of the layers in the order of the forward pass. */
  List<String> layerNamesInOrder() {
    List<String> names = new ArrayList<>();
    if (copy instanceof MultiLayerNetwork network) {
      for (int i = 0; i < network.getnLayers(); i++) {
        String name = network.getLayer(i).conf().getLayer().getLayerName();
        names.add(name == null ? String.valueOf(i) : name);
      }
    } else {
      ComputationGraph graph = (ComputationGraph) copy;
      for (int index : graph.topologicalSortOrder()) {
        names.add(graph.getVertices()[index].getVertexName());
      }
    }
    return names;
  }

  /** The configurations of the layers that a loss is attached to. */
  static List<Layer> outputLayers(Model model) {
    if (model instanceof MultiLayerNetwork network) {
      return List.of(network.getLayer(network.getnLayers() - 1).conf().getLayer());
    }
    ComputationGraph graph = (ComputationGraph) model;
    return graph.getConfiguration().getNetworkOutputs().stream()
        .map(name -> graph.getLayer(name).conf().getLayer())
        .toList();
  }
}
