package io.github.dl4jstability.initializers.network;

import static io.github.dl4jstability.initializers.KernelLayout.CAPSULE;
import static io.github.dl4jstability.initializers.KernelLayout.CHANNELS_LAST;
import static io.github.dl4jstability.initializers.KernelLayout.CONVOLUTION;
import static io.github.dl4jstability.initializers.KernelLayout.DECONVOLUTION;
import static io.github.dl4jstability.initializers.KernelLayout.DECONVOLUTION_3D;
import static io.github.dl4jstability.initializers.KernelLayout.DENSE;
import static io.github.dl4jstability.initializers.KernelLayout.DEPTHWISE;
import static io.github.dl4jstability.initializers.KernelLayout.GATED;
import static io.github.dl4jstability.initializers.KernelLayout.LOCALLY_CONNECTED;
import static io.github.dl4jstability.initializers.KernelLayout.PROJECTION;
import static io.github.dl4jstability.initializers.KernelLayout.SEPARABLE_DEPTHWISE;

import io.github.dl4jstability.initializers.Fans;
import io.github.dl4jstability.initializers.KernelLayout;
import java.util.Arrays;
import java.util.Optional;
import org.deeplearning4j.nn.conf.layers.AbstractLSTM;
import org.deeplearning4j.nn.conf.layers.AutoEncoder;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.CapsuleLayer;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.Deconvolution3D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.GravesBidirectionalLSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LearnedSelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.LocallyConnected1D;
import org.deeplearning4j.nn.conf.layers.LocallyConnected2D;
import org.deeplearning4j.nn.conf.layers.PrimaryCapsules;
import org.deeplearning4j.nn.conf.layers.RecurrentAttentionLayer;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.misc.ElementWiseMultiplicationLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.layers.variational.VariationalAutoencoder;
import org.deeplearning4j.nn.conf.ocnn.OCNNOutputLayer;

/**
 * Tells for each layer type of Deeplearning4j 1.0.0-M2.1 what its parameters are, by the
 * parameter's name in the layer and its shape. Wrappers are taken off by the caller.
 */
final class Kernels {

  private Kernels() {}

  static Kernel describe(Layer layer, String name, long[] shape) {
    if (layer instanceof ConvolutionLayer convolution) {
      return convolution(convolution, name, shape);
    }
    if (layer instanceof AbstractLSTM || layer instanceof GravesBidirectionalLSTM) {
      return recurrent(GATED, name, shape);
    }
    if (layer instanceof SimpleRnn) {
      return recurrent(DENSE, name, shape);
    }
    if (layer instanceof EmbeddingLayer || layer instanceof EmbeddingSequenceLayer) {
      return dense(name, shape, true);
    }
    if (layer instanceof ElementWiseMultiplicationLayer) {
      return name.equals("W")
          ? Kernel.of(DENSE, shape).as(ParameterRole.SCALE).withFans(1, 1)
          : dense(name, shape, false);
    }
    if (layer instanceof OCNNOutputLayer) {
      return ocnn(name, shape);
    }
    if (layer instanceof VariationalAutoencoder) {
      return name.endsWith("W") ? Kernel.of(DENSE, shape) : biasOf(shape.length - 1, shape);
    }
    if (layer instanceof DenseLayer
        || layer instanceof BaseOutputLayer
        || layer instanceof AutoEncoder) {
      return dense(name, shape, false);
    }
    return sameDiff(layer, name, shape);
  }

  /** The projections of {@code AttentionVertex} and of the attention layers. */
  static Kernel attention(String name, long[] shape) {
    return switch (name) {
      case "Wq", "Wk", "Wv" -> Kernel.of(PROJECTION, shape);
      case "Wo" -> Kernel.of(DENSE, shape);
      // [1, nIn, queries]: one learned vector of length nIn per query
      case "Q" -> new Kernel(ParameterRole.EMBEDDING, Optional.empty(), new Fans(1, shape[1]));
      default -> Kernel.other();
    };
  }

  private static Kernel sameDiff(Layer layer, String name, long[] shape) {
    if (layer instanceof SelfAttentionLayer || layer instanceof LearnedSelfAttentionLayer) {
      return attention(name, shape);
    }
    if (layer instanceof RecurrentAttentionLayer) {
      return name.matches("W[qkvo]") ? attention(name, shape) : recurrent(DENSE, name, shape);
    }
    if (layer instanceof LocallyConnected1D local) {
      return name.equals("W")
          ? Kernel.of(LOCALLY_CONNECTED, shape, local.getStride() / (double) local.getKernel())
          : biasOf(0, shape);
    }
    if (layer instanceof LocallyConnected2D local) {
      double stride = product(local.getStride()) / product(local.getKernel());
      return name.equals("W") ? Kernel.of(LOCALLY_CONNECTED, shape, stride) : biasOf(0, shape);
    }
    if (layer instanceof CapsuleLayer) {
      return name.equals("weight") ? Kernel.of(CAPSULE, shape) : biasOf(2, shape);
    }
    if (layer instanceof PrimaryCapsules capsules) {
      return name.equals("weight")
          ? Kernel.of(CHANNELS_LAST, shape, product(capsules.getStride()))
          : biasOf(0, shape);
    }
    return Kernel.other();
  }

  private static Kernel convolution(ConvolutionLayer layer, String name, long[] shape) {
    if (name.equals("b")) {
      return biasOf(shape.length - 1, shape);
    }
    if (name.equals("pW")) {
      return Kernel.of(CONVOLUTION, shape);
    }
    if (!name.equals("W")) {
      return Kernel.other();
    }
    int[] strides = layer.getStride();
    double stride = layer instanceof Convolution1DLayer ? strides[0] : product(strides);
    KernelLayout layout;
    if (layer instanceof Deconvolution2D) {
      layout = DECONVOLUTION;
    } else if (layer instanceof Deconvolution3D) {
      layout = DECONVOLUTION_3D;
    } else if (layer instanceof DepthwiseConvolution2D) {
      layout = DEPTHWISE;
    } else if (layer instanceof SeparableConvolution2D) {
      layout = SEPARABLE_DEPTHWISE;
    } else {
      layout = CONVOLUTION;
    }
    return Kernel.of(layout, shape, stride);
  }

  /** W and RW, in a GravesBidirectionalLSTM followed by F or B. */
  private static Kernel recurrent(KernelLayout layout, String name, long[] shape) {
    if (name.startsWith("RW")) {
      return Kernel.of(layout, shape).as(ParameterRole.RECURRENT_WEIGHT);
    }
    if (name.startsWith("W")) {
      return Kernel.of(layout, shape);
    }
    return name.startsWith("b") ? biasOf(shape.length - 1, shape) : Kernel.other();
  }

  private static Kernel dense(String name, long[] shape, boolean isEmbedding) {
    return switch (name) {
      case "W" ->
          isEmbedding
              ? Kernel.of(DENSE, shape).as(ParameterRole.EMBEDDING).withFans(1, (double) shape[1])
              : Kernel.of(DENSE, shape);
      case "b", "vb" -> biasOf(shape.length - 1, shape);
      default -> Kernel.other(); // g of layer normalization, cL of the center loss
    };
  }

  private static Kernel ocnn(String name, long[] shape) {
    return switch (name) {
      case "v" -> Kernel.of(DENSE, shape);
      // [1, hidden], but it maps the hidden units to one output
      case "w" -> Kernel.of(DENSE, shape).withFans((double) shape[shape.length - 1], 1);
      default -> Kernel.other();
    };
  }

  /** The fans of the kernel are filled in by the caller, who knows the other parameters. */
  private static Kernel biasOf(int axis, long[] shape) {
    return Kernel.bias(new Fans(0, shape[axis]));
  }

  private static double product(int[] factors) {
    return Arrays.stream(factors).asDoubleStream().reduce(1, (a, b) -> a * b);
  }
}
