package io.github.dl4jstability.listeners.internal.model;

import java.util.List;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.jspecify.annotations.Nullable;

/** Where the units are among the axes of a part's output: at 1, or last. */
final class Axes {
  private Axes() {}

  /** Returns by part whether units come last; parts without a format follow what feeds them. */
  static boolean[] unitsLast(List<Part> parts, Topology topology) {
    boolean[] last = new boolean[parts.size()];
    for (int i = 0; i < last.length; i++) {
      Boolean own = unitsLast(parts.get(i).inner().orElse(null));
      List<Integer> inputs = topology.inputs(i);
      last[i] = own != null ? own : !inputs.isEmpty() && last[inputs.get(0)];
    }
    return last;
  }

  private static @Nullable Boolean unitsLast(@Nullable Layer layer) {
    if (layer instanceof Convolution1DLayer convolution) {
      return convolution.getRnnDataFormat() == RNNFormat.NWC;
    }
    if (layer instanceof Convolution3D convolution) {
      return convolution.getDataFormat() == Convolution3D.DataFormat.NDHWC;
    }
    if (layer instanceof ConvolutionLayer convolution) {
      return convolution.getCnn2dDataFormat() == CNN2DFormat.NHWC;
    }
    if (layer instanceof SubsamplingLayer pooling) {
      return pooling.getCnn2dDataFormat() == CNN2DFormat.NHWC;
    }
    if (layer instanceof BaseRecurrentLayer recurrent) {
      return recurrent.getRnnDataFormat() == RNNFormat.NWC;
    }
    return layer instanceof EmbeddingSequenceLayer embedding
        ? embedding.getOutputFormat() == RNNFormat.NWC
        : null;
  }
}
