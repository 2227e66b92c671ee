package io.github.dl4jstability.listeners.internal.model;

import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CapsuleLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LearnedSelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.LocallyConnected1D;
import org.deeplearning4j.nn.conf.layers.LocallyConnected2D;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.RecurrentAttentionLayer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.Subsampling3DLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.VertexIndices;
import org.deeplearning4j.nn.graph.vertex.impl.ElementWiseVertex;
import org.deeplearning4j.nn.graph.vertex.impl.LayerVertex;
import org.deeplearning4j.nn.graph.vertex.impl.MergeVertex;
import org.deeplearning4j.nn.graph.vertex.impl.ScaleVertex;
import org.deeplearning4j.nn.graph.vertex.impl.ShiftVertex;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;

/** How many units (for convolutions: channels) each part has; 0 where it is not known. */
final class Widths {
  private final Model model;
  private final List<Part> parts;
  private final int[] widths;

  private Widths(Model model, List<Part> parts) {
    this.model = model;
    this.parts = parts;
    this.widths = new int[parts.size()];
  }

  static int[] of(Model model, List<Part> parts) {
    Widths all = new Widths(model, parts);
    for (int i = 0; i < parts.size(); i++) {
      all.widths[i] = all.width(i);
    }
    return all.widths;
  }

  private int width(int index) {
    Optional<Layer> layer = parts.get(index).inner();
    int own = layer.map(Widths::own).orElse(0) * sides(parts.get(index));
    return own == 0 && layer.filter(Widths::keepsWidth).isPresent() ? inputWidth(index) : own;
  }

  private static int own(Layer layer) {
    long width = 0;
    if (layer instanceof FeedForwardLayer forward) {
      width = forward.getNOut();
    } else if (layer instanceof SelfAttentionLayer attention) {
      width = attention.getNOut();
    } else if (layer instanceof LearnedSelfAttentionLayer attention) {
      width = attention.getNOut();
    } else if (layer instanceof RecurrentAttentionLayer attention) {
      width = attention.getNOut();
    } else if (layer instanceof LocallyConnected1D local) {
      width = local.getNOut();
    } else if (layer instanceof LocallyConnected2D local) {
      width = local.getNOut();
    } else if (layer instanceof CapsuleLayer capsule) {
      width = capsule.getCapsules();
    }
    return (int) width;
  }

  private static int sides(Part part) {
    return part.bidirectional()
            .filter(both -> both.getMode() == Bidirectional.Mode.CONCAT)
            .isEmpty()
        ? 1
        : 2;
  }

  private static boolean keepsWidth(Layer layer) {
    return layer instanceof ActivationLayer
        || layer instanceof DropoutLayer
        || layer instanceof BatchNormalization
        || layer instanceof LocalResponseNormalization
        || layer instanceof PReLULayer
        || layer instanceof SubsamplingLayer
        || layer instanceof Subsampling3DLayer
        || layer instanceof GlobalPoolingLayer
        || layer instanceof LossLayer
        || layer instanceof RnnLossLayer;
  }

  private int inputWidth(int index) {
    if (model instanceof MultiLayerNetwork network) {
      InputPreProcessor before = network.getLayerWiseConfigurations().getInputPreProcess(index);
      return index > 0 && keepsWidth(before) ? widths[index - 1] : 0;
    }
    return model instanceof ComputationGraph graph
        ? inputWidth(graph, graph.getVertex(parts.get(index).name()))
        : 0;
  }

  private int inputWidth(ComputationGraph graph, GraphVertex vertex) {
    VertexIndices[] inputs = vertex.getInputVertices();
    if (inputs == null || inputs.length == 0) {
      return 0;
    }
    if (vertex instanceof LayerVertex layer && !keepsWidth(layer.getLayerPreProcessor())) {
      return 0;
    }
    int first = outputWidth(graph, graph.getVertices()[inputs[0].getVertexIndex()]);
    if (!(vertex instanceof MergeVertex)) {
      return first;
    }
    int sum = 0;
    for (VertexIndices input : inputs) {
      int width = outputWidth(graph, graph.getVertices()[input.getVertexIndex()]);
      if (width == 0) {
        return 0;
      }
      sum += width;
    }
    return sum;
  }

  private int outputWidth(ComputationGraph graph, GraphVertex vertex) {
    for (int i = 0; i < parts.size(); i++) {
      if (parts.get(i).trainable() == vertex) {
        return widths[i];
      }
    }
    boolean seenThrough =
        vertex instanceof ElementWiseVertex
            || vertex instanceof MergeVertex
            || vertex instanceof ScaleVertex
            || vertex instanceof ShiftVertex;
    return seenThrough ? inputWidth(graph, vertex) : 0;
  }

  private static boolean keepsWidth(@Nullable InputPreProcessor before) {
    return before == null
        || before instanceof RnnToFeedForwardPreProcessor
        || before instanceof FeedForwardToRnnPreProcessor;
  }
}
