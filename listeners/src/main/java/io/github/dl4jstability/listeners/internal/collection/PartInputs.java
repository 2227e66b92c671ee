package io.github.dl4jstability.listeners.internal.collection;

import io.github.dl4jstability.listeners.internal.model.Part;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.VertexIndices;
import org.deeplearning4j.nn.graph.vertex.impl.LayerVertex;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What each part gets as its input, while the forward hook shows it. */
interface PartInputs {

  /**
   * Returns a part's input before its preprocessor.
   *
   * @param part its index
   * @return the array itself, not a copy; empty where the hook does not show it
   */
  Optional<INDArray> raw(int part);

  /** Returns the preprocessor that the part's input goes through, if it has one. */
  Optional<InputPreProcessor> preProcessor(int part);

  static PartInputs of(MultiLayerNetwork network, List<INDArray> activations) {
    return new PartInputs() {
      @Override
      public Optional<INDArray> raw(int part) {
        return part < activations.size() ? Optional.of(activations.get(part)) : Optional.empty();
      }

      @Override
      public Optional<InputPreProcessor> preProcessor(int part) {
        return Optional.ofNullable(network.getLayerWiseConfigurations().getInputPreProcess(part));
      }
    };
  }

  static PartInputs of(
      ComputationGraph graph, List<Part> parts, Map<String, INDArray> activations) {
    return new PartInputs() {
      @Override
      public Optional<INDArray> raw(int part) {
        VertexIndices[] inputs = vertex(part).getInputVertices();
        return inputs != null && inputs.length == 1
            ? Optional.ofNullable(output(graph.getVertices()[inputs[0].getVertexIndex()]))
            : Optional.empty();
      }

      private @Nullable INDArray output(GraphVertex before) {
        INDArray shown = activations.get(before.getVertexName());
        int input = graph.getConfiguration().getNetworkInputs().indexOf(before.getVertexName());
        return shown == null && input >= 0 ? graph.getInput(input) : shown;
      }

      @Override
      public Optional<InputPreProcessor> preProcessor(int part) {
        return vertex(part) instanceof LayerVertex layer
            ? Optional.ofNullable(layer.getLayerPreProcessor())
            : Optional.empty();
      }

      private GraphVertex vertex(int part) {
        return graph.getVertex(parts.get(part).name());
      }
    };
  }

  /** Where the hook shows nothing. */
  static PartInputs none() {
    return new PartInputs() {
      @Override
      public Optional<INDArray> raw(int part) {
        return Optional.empty();
      }

      @Override
      public Optional<InputPreProcessor> preProcessor(int part) {
        return Optional.empty();
      }
    };
  }
}
