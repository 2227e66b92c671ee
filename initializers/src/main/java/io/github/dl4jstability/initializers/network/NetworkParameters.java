package io.github.dl4jstability.initializers.network;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.AttentionVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.VertexIndices;
import org.deeplearning4j.nn.graph.vertex.impl.FrozenVertex;
import org.deeplearning4j.nn.layers.FrozenLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Lists the parameters of a built network in the order of the forward pass, frozen ones left out.
 */
final class NetworkParameters {

  private NetworkParameters() {}

  static List<NetworkParameter> of(Model model) {
    if (model instanceof MultiLayerNetwork network) {
      return of(network);
    }
    if (model instanceof ComputationGraph graph) {
      return of(graph);
    }
    throw new IllegalArgumentException(
        "model must be a MultiLayerNetwork or a ComputationGraph, was "
            + model.getClass().getName());
  }

  private static List<NetworkParameter> of(MultiLayerNetwork network) {
    if (!network.isInitCalled()) {
      throw new IllegalArgumentException("network must be built by init(), was not");
    }
    List<Layer> configurations =
        network.getLayerWiseConfigurations().getConfs().stream()
            .map(NeuralNetConfiguration::getLayer)
            .toList();
    MultiLayerConfiguration whole = network.getLayerWiseConfigurations();
    OptionalInt truncation = truncation(whole.getBackpropType(), whole.getTbpttBackLength());
    List<NetworkParameter> parameters = new ArrayList<>();
    for (int i = 0; i < configurations.size(); i++) {
      Layer configuration = configurations.get(i);
      String name = configuration.getLayerName();
      addLayer(
          parameters,
          name == null ? String.valueOf(i) : name,
          configuration,
          activationOf(configurations.subList(i, configurations.size())),
          parameters.stream().noneMatch(NetworkParameters::isWeight),
          truncation,
          network.getLayer(i));
    }
    return parameters;
  }

  private static List<NetworkParameter> of(ComputationGraph graph) {
    if (graph.getVertices() == null) {
      throw new IllegalArgumentException("graph must be built by init(), was not");
    }
    ComputationGraphConfiguration whole = graph.getConfiguration();
    OptionalInt truncation = truncation(whole.getBackpropType(), whole.getTbpttBackLength());
    List<NetworkParameter> parameters = new ArrayList<>();
    for (int index : graph.topologicalSortOrder()) {
      GraphVertex vertex = graph.getVertices()[index];
      if (vertex.hasLayer()) {
        List<Layer> chain = chainFrom(graph, vertex);
        IActivation activation = activationOf(chain);
        addLayer(
            parameters,
            vertex.getVertexName(),
            chain.get(0),
            activation,
            readsFeatures(graph, vertex),
            truncation,
            vertex.getLayer());
      } else if (vertex.numParams() > 0 && !(vertex instanceof FrozenVertex)) {
        boolean isAttention =
            graph.getConfiguration().getVertices().get(vertex.getVertexName())
                instanceof AttentionVertex;
        for (Map.Entry<String, INDArray> entry : vertex.paramTable(false).entrySet()) {
          INDArray array = entry.getValue();
          Kernel kernel =
              isAttention ? Kernels.attention(entry.getKey(), array.shape()) : Kernel.other();
          parameters.add(
              new NetworkParameter(
                  vertex.getVertexName(),
                  Optional.empty(),
                  entry.getKey(),
                  kernel.role(),
                  kernel.layout(),
                  kernel.fans(),
                  new ActivationIdentity(),
                  readsFeatures(graph, vertex),
                  truncation,
                  array));
        }
      }
    }
    return parameters;
  }

  private static OptionalInt truncation(BackpropType type, int backwardLength) {
    return type == BackpropType.TruncatedBPTT
        ? OptionalInt.of(backwardLength)
        : OptionalInt.empty();
  }

  /** A layer and those behind it, as long as each is the only one that reads the one before. */
  private static List<Layer> chainFrom(ComputationGraph graph, GraphVertex start) {
    List<Layer> chain = new ArrayList<>();
    GraphVertex vertex = start;
    while (vertex.hasLayer()) {
      chain.add(configuration(graph, vertex));
      VertexIndices[] readers = vertex.getOutputVertices();
      if (readers == null || readers.length != 1) {
        break;
      }
      vertex = graph.getVertices()[readers[0].getVertexIndex()];
    }
    return chain;
  }

  private static Layer configuration(ComputationGraph graph, GraphVertex vertex) {
    return graph.getConfiguration().getVertices().get(vertex.getVertexName())
            instanceof LayerVertex layerVertex
        ? layerVertex.getLayerConf().getLayer()
        : vertex.getLayer().conf().getLayer();
  }

  private static boolean isWeight(NetworkParameter parameter) {
    return parameter.role() != ParameterRole.OTHER && parameter.role() != ParameterRole.BIAS;
  }

  private static boolean readsFeatures(ComputationGraph graph, GraphVertex vertex) {
    List<String> inputs = graph.getConfiguration().getVertexInputs().get(vertex.getVertexName());
    return inputs != null && graph.getConfiguration().getNetworkInputs().containsAll(inputs);
  }

  /** The activation of the first layer, or the one that follows it as a layer of its own. */
  private static IActivation activationOf(List<Layer> chain) {
    IActivation own = Unwrapped.of(chain.get(0)).activation();
    if (!(own instanceof ActivationIdentity)) {
      return own;
    }
    for (Layer next : chain.subList(1, chain.size())) {
      if (next instanceof ActivationLayer) {
        return Unwrapped.of(next).activation();
      }
      if (!(next instanceof BatchNormalization || next instanceof DropoutLayer)) {
        break;
      }
    }
    return own;
  }

  private static void addLayer(
      List<NetworkParameter> parameters,
      String layerName,
      Layer configuration,
      IActivation activation,
      boolean readsFeatures,
      OptionalInt truncation,
      org.deeplearning4j.nn.api.Layer layer) {
    Unwrapped unwrapped = Unwrapped.of(configuration);
    Map<String, INDArray> table = layer.paramTable();
    boolean isFrozen = unwrapped.isFrozen() || layer instanceof FrozenLayer;
    if (isFrozen || table == null) {
      return;
    }
    for (Map.Entry<String, Kernel> entry : Kernel.ofLayer(configuration, table).entrySet()) {
      Kernel kernel = entry.getValue();
      INDArray array = requireNonNull(table.get(entry.getKey()));
      parameters.add(
          new NetworkParameter(
              layerName,
              Optional.of(unwrapped.layer()),
              entry.getKey(),
              kernel.role(),
              kernel.layout(),
              kernel.fans(),
              activation,
              readsFeatures,
              truncation,
              array));
    }
  }
}
