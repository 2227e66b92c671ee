package io.github.dl4jstability.initializers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.Deconvolution3D;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Random convolutions through Deeplearning4j's own {@code weightInit(...)}. */
class PassedKernelTest {

  private static final int CONFIGURATIONS = 160;

  /** Kinds of layers; what share of random configurations is told apart at least. */
  enum Kind {
    CONVOLUTION_1D(1),
    CONVOLUTION_2D(1),
    CONVOLUTION_3D(1),
    DECONVOLUTION_2D(0.95),
    DECONVOLUTION_3D(0.95),
    DEPTHWISE(0.9),
    SEPARABLE_DEPTHWISE(0);

    final double share;

    Kind(double share) {
      this.share = share;
    }

    InputType input(int in) {
      return switch (this) {
        case CONVOLUTION_1D -> InputType.recurrent(in, 12);
        case CONVOLUTION_3D, DECONVOLUTION_3D -> InputType.convolutional3D(5, 5, 5, in);
        default -> InputType.convolutional(8, 8, in);
      };
    }

    KernelLayout layout() {
      return switch (this) {
        case CONVOLUTION_1D, CONVOLUTION_2D, CONVOLUTION_3D -> KernelLayout.CONVOLUTION;
        case DECONVOLUTION_2D -> KernelLayout.DECONVOLUTION;
        case DECONVOLUTION_3D -> KernelLayout.DECONVOLUTION_3D;
        case DEPTHWISE -> KernelLayout.DEPTHWISE;
        case SEPARABLE_DEPTHWISE -> KernelLayout.SEPARABLE_DEPTHWISE;
      };
    }

    Layer layer(int[] kernel, int[] stride, int out) {
      int[] k = Arrays.copyOf(kernel, 2);
      int[] s = Arrays.copyOf(stride, 2);
      return switch (this) {
        case CONVOLUTION_1D -> new Convolution1DLayer.Builder(k[0]).stride(s[0]).nOut(out).build();
        case CONVOLUTION_2D -> new ConvolutionLayer.Builder(k).stride(s).nOut(out).build();
        case CONVOLUTION_3D -> new Convolution3D.Builder(kernel).stride(stride).nOut(out).build();
        case DECONVOLUTION_2D -> new Deconvolution2D.Builder(k).stride(s).nOut(out).build();
        case DECONVOLUTION_3D ->
            new Deconvolution3D.Builder().kernelSize(kernel).stride(stride).nOut(out).build();
        case DEPTHWISE ->
            new DepthwiseConvolution2D.Builder(k).stride(s).depthMultiplier(out).build();
        case SEPARABLE_DEPTHWISE ->
            new SeparableConvolution2D.Builder(k).stride(s).depthMultiplier(out).nOut(3).build();
      };
    }

    double product(int[] stride) {
      return switch (this) {
        case CONVOLUTION_1D -> stride[0];
        case CONVOLUTION_3D, DECONVOLUTION_3D -> (double) stride[0] * stride[1] * stride[2];
        default -> (double) stride[0] * stride[1];
      };
    }
  }

  /** Notes how Deeplearning4j calls it and draws nothing. */
  private static final class Spy implements IWeightInit {

    private static final long serialVersionUID = 1L;
    private final transient Map<Integer, Fans> corrected = new HashMap<>();
    private int calls;

    @Override
    public INDArray init(double in, double out, long[] shape, char order, INDArray view) {
      corrected.put(calls++, PassedFans.corrected(in, out, shape, order));
      return view.reshape(order, shape);
    }
  }

  private static boolean isRight(Kind kind, Random random) {
    int in = 1 + random.nextInt(32);
    int out = 1 + random.nextInt(32);
    int[] kernel = random.ints(3, 1, 6).toArray();
    int[] stride = Arrays.stream(kernel).map(k -> 1 + random.nextInt(Math.min(3, k))).toArray();
    Spy spy = new Spy();
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .weightInit(spy)
                .convolutionMode(ConvolutionMode.Same)
                .list(kind.layer(kernel, stride, out))
                .setInputType(kind.input(in))
                .validateOutputLayerConfig(false)
                .build());
    network.init();
    Fans truth = kind.layout().fans(network.getParam("0_W").shape(), kind.product(stride));
    Fans told = ((Spy) weightInit(network)).corrected.get(0);
    return Math.abs(told.in() - truth.in()) < 1e-6 * truth.in()
        && Math.abs(told.out() - truth.out()) < 1e-6 * truth.out();
  }

  private static IWeightInit weightInit(MultiLayerNetwork network) {
    return ((org.deeplearning4j.nn.conf.layers.BaseLayer)
            network.getLayerWiseConfigurations().getConf(0).getLayer())
        .getWeightInitFn();
  }

  @ParameterizedTest
  @EnumSource
  void shouldTellTheKindAndTheStrideWhenTheFansPassedRevealThem(Kind kind) {
    int right = 0;
    for (int i = 0; i < CONFIGURATIONS; i++) {
      right += isRight(kind, new Random(i)) ? 1 : 0;
    }

    System.out.printf(Locale.ROOT, "%s: %d of %d%n", kind, right, CONFIGURATIONS);
    assertThat(right / (double) CONFIGURATIONS).isGreaterThanOrEqualTo(kind.share);
  }

  @Test
  void shouldTakeThePlainKindWhenADeconvolutionHasAsManyInputsAsOutputs() {
    long[] shape = {6, 6, 4, 4};

    assertThat(PassedFans.corrected(96, 24, shape, 'c')).isEqualTo(new Fans(96, 24));
  }

  @Test
  void shouldDivideTheFanInWhenADeconvolutionHasStrides() {
    long[] shape = {64, 1, 4, 4};

    assertThat(PassedFans.corrected(1024, 4, shape, 'c')).isEqualTo(new Fans(256, 16));
  }
}
