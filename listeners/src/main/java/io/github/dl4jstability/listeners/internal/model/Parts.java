package io.github.dl4jstability.listeners.internal.model;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.VertexIndices;
import org.deeplearning4j.nn.layers.FrozenLayer;
import org.deeplearning4j.nn.layers.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/** Lists the parts of each kind of model, from input to output. */
final class Parts {
  private Parts() {}

  static List<Part> of(MultiLayerNetwork network) {
    Layer[] layers = network.getLayers();
    List<Part> parts = new ArrayList<>();
    for (int i = 0; i < layers.length; i++) {
      parts.add(
          part(
              layers[i],
              network.getLayerWiseConfigurations().getConf(i).getLayer(),
              Integer.toString(i),
              layers.length - 1 - i));
    }
    return parts;
  }

  static List<Part> ofSingle(Model model) {
    return model instanceof Layer layer
        ? List.of(part(layer, layer.conf().getLayer(), Integer.toString(layer.getIndex()), 0))
        : List.of();
  }

  private static Part part(
      Layer layer,
      org.deeplearning4j.nn.conf.layers.Layer configuration,
      String otherwise,
      int stepsToOutput) {
    return new Part(
        Part.nameOr(layer.conf().getLayer(), otherwise),
        new WeakReference<>(layer),
        Optional.of(configuration),
        stepsToOutput,
        layer instanceof IOutputLayer,
        isFrozen(layer));
  }

  /** The built layer tells; the configuration that it gives is that of the layer inside. */
  private static boolean isFrozen(Layer layer) {
    return layer instanceof FrozenLayer || layer instanceof FrozenLayerWithBackprop;
  }

  private static org.deeplearning4j.nn.conf.layers.Layer configuration(
      ComputationGraph graph, GraphVertex vertex) {
    return graph.getConfiguration().getVertices().get(vertex.getVertexName())
            instanceof LayerVertex configured
        ? configured.getLayerConf().getLayer()
        : vertex.getLayer().conf().getLayer();
  }

  static List<Part> of(ComputationGraph graph) {
    Map<Integer, Integer> stepsToOutput = stepsToOutput(graph);
    List<Part> parts = new ArrayList<>();
    for (int index : graph.topologicalSortOrder()) {
      GraphVertex vertex = graph.getVertices()[index];
      if (isPart(vertex)) {
        Optional<Layer> layer = Optional.ofNullable(vertex.getLayer());
        parts.add(
            new Part(
                vertex.getVertexName(),
                new WeakReference<>(vertex),
                layer.map(built -> configuration(graph, vertex)),
                stepsToOutput.getOrDefault(index, 0),
                layer.filter(IOutputLayer.class::isInstance).isPresent(),
                layer.filter(Parts::isFrozen).isPresent()));
      }
    }
    return parts;
  }

  private static boolean isPart(GraphVertex vertex) {
    return vertex.hasLayer() || vertex.numParams() > 0;
  }

  private static Map<Integer, Integer> stepsToOutput(ComputationGraph graph) {
    int[] order = graph.topologicalSortOrder();
    Map<Integer, Integer> steps = new HashMap<>();
    for (int i = order.length - 1; i >= 0; i--) {
      GraphVertex vertex = graph.getVertices()[order[i]];
      int longest = 0;
      VertexIndices[] outputs = vertex.getOutputVertices();
      for (VertexIndices next : outputs == null ? new VertexIndices[0] : outputs) {
        GraphVertex after = graph.getVertices()[next.getVertexIndex()];
        int own = isPart(after) ? 1 : 0;
        longest = Math.max(longest, steps.getOrDefault(next.getVertexIndex(), 0) + own);
      }
      steps.put(order[i], longest);
    }
    return steps;
  }
}
