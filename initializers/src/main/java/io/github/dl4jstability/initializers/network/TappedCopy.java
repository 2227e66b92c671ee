package io.github.dl4jstability.initializers.network;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.AttentionVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * A copy of a network that is tapped, without dropout and weight noise.
 *
 * <p>The copy has its own configuration and may work on the original's parameter array, so that the
 * original's layers are never touched. Where the activation of a layer is a function of a weighted
 * sum (dense, convolution of all kinds, output, autoencoder), that activation is tapped, also
 * inside wrappers. Behind recurrent, attention and other layers a layer without parameters is put
 * that passes everything on and is tapped.
 */
final class TappedCopy {

  /** How far one step of {@link #descend} goes, relative to the parameters' norm. */
  private static final double STEP = 0.01;

  private final Model copy;
  private final List<String> names;

  private TappedCopy(Model copy, List<String> names) {
    this.copy = copy;
    this.names = List.copyOf(names);
  }

  static TappedCopy of(Model model, INDArray params, boolean tapsOutput, Tap.Observers observers) {
    Tapping tapping = new Tapping(tapsOutput, observers);
    return model instanceof MultiLayerNetwork network
        ? of(network, params, tapping)
        : of((ComputationGraph) model, params, tapping);
  }

  private static TappedCopy of(MultiLayerNetwork network, INDArray params, Tapping tapping) {
    MultiLayerConfiguration configuration = network.getLayerWiseConfigurations().clone();
    List<NeuralNetConfiguration> original = configuration.getConfs();
    Map<Integer, InputPreProcessor> before = configuration.getInputPreProcessors();
    List<NeuralNetConfiguration> layers = new ArrayList<>();
    Map<Integer, InputPreProcessor> preProcessors = new HashMap<>();
    List<String> names = new ArrayList<>();
    for (int i = 0; i < original.size(); i++) {
      NeuralNetConfiguration conf = original.get(i);
      Layer layer = conf.getLayer();
      String name = layer.getLayerName() == null ? String.valueOf(i) : layer.getLayerName();
      names.add(name);
      tapping.prepare(layer, name);
      if (before.containsKey(i)) {
        preProcessors.put(layers.size(), before.get(i));
      }
      layers.add(conf);
      boolean isLast = i == original.size() - 1;
      boolean hasParameters = network.getLayer(i).numParams() > 0;
      if (!isLast && hasParameters && Tapping.isSeenAtOutput(layer)) {
        layers.add(tapping.behind(conf, name));
      }
    }
    configuration.setConfs(layers);
    configuration.setInputPreProcessors(preProcessors);
    MultiLayerNetwork copy = new MultiLayerNetwork(configuration);
    copy.init(params, false);
    return new TappedCopy(copy, names);
  }

  private static TappedCopy of(ComputationGraph graph, INDArray params, Tapping tapping) {
    ComputationGraphConfiguration configuration = graph.getConfiguration().clone();
    List<Integer> order = new ArrayList<>();
    List<String> names = new ArrayList<>();
    int vertices = graph.getVertices().length;
    List<String> tapped = new ArrayList<>();
    // Parameters lie in the order of the sort: taps are put into that order, not sorted anew.
    for (int index : graph.topologicalSortOrder()) {
      String name = graph.getVertices()[index].getVertexName();
      order.add(index);
      names.add(name);
      GraphVertex vertex = configuration.getVertices().get(name);
      if (vertex instanceof LayerVertex layerVertex) {
        tapping.prepare(layerVertex.getLayerConf().getLayer(), name);
      }
      boolean isOutput = configuration.getNetworkOutputs().contains(name);
      if (!isOutput && graph.getVertices()[index].numParams() > 0 && isSeenAtOutput(vertex)) {
        tapped.add(name);
        order.add(vertices + tapped.size() - 1);
        names.add(outputOf(name));
      }
    }
    tapped.forEach(name -> putBehind(configuration, name, tapping));
    configuration.setTopologicalOrder(order.stream().mapToInt(Integer::intValue).toArray());
    configuration.setTopologicalOrderStr(List.copyOf(names));
    ComputationGraph copy = new ComputationGraph(configuration);
    copy.init(params, false);
    names.removeAll(tapped.stream().map(TappedCopy::outputOf).toList());
    return new TappedCopy(copy, names);
  }

  private static boolean isSeenAtOutput(@Nullable GraphVertex vertex) {
    return vertex instanceof AttentionVertex
        || (vertex instanceof LayerVertex layerVertex
            && Tapping.isSeenAtOutput(layerVertex.getLayerConf().getLayer()));
  }

  private static void putBehind(
      ComputationGraphConfiguration configuration, String name, Tapping tapping) {
    String tap = outputOf(name);
    NeuralNetConfiguration behind;
    if (configuration.getVertices().get(name) instanceof LayerVertex layerVertex) {
      behind = tapping.behind(layerVertex.getLayerConf(), name);
    } else {
      behind = configuration.getDefaultConfiguration().clone();
      behind.clearVariables();
      behind.setLayer(tapping.passThrough(name, false));
    }
    Map<String, List<String>> inputs = configuration.getVertexInputs();
    inputs.replaceAll(
        (reader, read) -> read.stream().map(in -> in.equals(name) ? tap : in).toList());
    inputs.put(tap, List.of(name));
    configuration.getVertices().put(tap, new LayerVertex(behind, null));
  }

  private static String outputOf(String name) {
    return name + " output";
  }

  /** Runs forward through all layers. */
  void forward(boolean training, INDArray... features) {
    if (copy instanceof MultiLayerNetwork network) {
      network.feedForward(features[0], training);
    } else {
      ((ComputationGraph) copy).feedForward(features, training);
    }
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

  /** Steps down the gradient, each time by 1 % of the parameters' norm (of 1 if that is less). */
  void descend(MultiDataSet batch, int steps) {
    for (int step = 0; step < steps; step++) {
      forwardAndBackward(batch);
      INDArray gradient = copy.getGradientsViewArray();
      double norm = gradient.norm2Number().doubleValue();
      double reach = STEP * Math.max(1, copy.params().norm2Number().doubleValue());
      if (norm > 0 && Double.isFinite(norm)) {
        INDArray params = copy.params();
        params.subi(gradient.mul(reach / norm).reshape(params.shape()));
      }
    }
  }

  private static @Nullable INDArray mask(INDArray @Nullable [] masks) {
    return masks == null ? null : masks[0];
  }

  /** The names of the original's layers or vertices in the order of the forward pass. */
  List<String> layerNamesInOrder() {
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
