package io.github.dl4jstability.initializers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class StructuredSchemesTest {

  private static INDArray init(StructuredInit scheme, KernelLayout layout, long... shape) {
    long length = 1;
    for (long size : shape) {
      length *= size;
    }
    return scheme.init(layout, shape, 'c', Nd4j.create(DataType.DOUBLE, 1, length));
  }

  private static INDArray convolve(IWeightInit init, int[] kernel, INDArray input, int out) {
    Layer layer =
        kernel.length == 2
            ? new ConvolutionLayer.Builder(kernel)
                .nIn(input.size(1))
                .nOut(out)
                .weightInit(init)
                .build()
            : new Convolution3D.Builder(kernel)
                .nIn(input.size(1))
                .nOut(out)
                .weightInit(init)
                .build();
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .dataType(DataType.DOUBLE)
                .convolutionMode(ConvolutionMode.Same)
                .activation(Activation.IDENTITY)
                .list(layer)
                .build());
    network.init();
    return network.output(input);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void shouldPassTheInputThroughExactlyWhenDiracOrIdentity(int k) {
    INDArray image = Nd4j.rand(DataType.DOUBLE, 2, 3, 7, 6);
    INDArray volume = Nd4j.rand(DataType.DOUBLE, 2, 3, 4, 5, 6);

    for (IWeightInit init : new IWeightInit[] {new Dirac(), new Identity()}) {
      assertThat(convolve(init, new int[] {k, k}, image, 3)).isEqualTo(image);
      assertThat(convolve(init, new int[] {k, 3}, image, 3)).isEqualTo(image);
      assertThat(convolve(init, new int[] {k, k, k}, volume, 3)).isEqualTo(volume);
    }
  }

  @Test
  void shouldPassTheInputOncePerGroupWhenDiracHasGroups() {
    INDArray image = Nd4j.rand(DataType.DOUBLE, 2, 2, 5, 5);

    INDArray output = convolve(new Dirac(3), new int[] {3, 3}, image, 6);

    assertThat(output).isEqualTo(Nd4j.concat(1, image, image, image));
  }

  /** As torch's test of dirac_: the sum of a kernel is min(out/groups, in)·groups. */
  @Test
  void shouldHoldExactlyTheOnesWhenDiracIsNotSquare() {
    assertThat(sum(init(new Dirac(), KernelLayout.CONVOLUTION, 8, 3, 3, 3))).isEqualTo(3);
    assertThat(sum(init(new Dirac(), KernelLayout.CONVOLUTION, 3, 8, 2))).isEqualTo(3);
    assertThat(sum(init(new Dirac(2), KernelLayout.CONVOLUTION, 8, 3, 3, 3, 3))).isEqualTo(6);
    assertThat(sum(init(new Dirac(4), KernelLayout.CONVOLUTION, 8, 3, 3, 3))).isEqualTo(8);
    assertThat(sum(init(new Identity(0.5), KernelLayout.DENSE, 5, 3))).isEqualTo(1.5);
    assertThat(sum(init(new Identity(), KernelLayout.GATED, 6, 24))).isEqualTo(24);
  }

  private static double sum(INDArray kernel) {
    assertThat(kernel.minNumber().doubleValue()).isZero();
    return kernel.sumNumber().doubleValue();
  }

  @Test
  void shouldKeepTheNormWhenDeltaOrthogonal() {
    Nd4j.getRandom().setSeed(4);
    for (int k : new int[] {1, 2, 3, 4}) {
      INDArray image = Nd4j.randn(DataType.DOUBLE, 2, 4, 8, 8);
      INDArray volume = Nd4j.randn(DataType.DOUBLE, 2, 4, 4, 4, 4);

      INDArray flat = convolve(new DeltaOrthogonal(), new int[] {k, k}, image, 7);
      INDArray cube = convolve(new DeltaOrthogonal(2), new int[] {k, k, k}, volume, 4);

      assertThat(norm(flat) / norm(image)).isCloseTo(1, within(1e-2));
      assertThat(norm(cube) / norm(volume)).isCloseTo(2, within(1e-2));
    }
  }

  private static double norm(INDArray array) {
    return array.norm2Number().doubleValue();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.1, 0.5, 0.9, 0.99, 1})
  void shouldHaveTheExactCountOfZerosPerUnitWhenSparse(double sparsity) {
    int in = 47;
    INDArray weights = init(new Sparse(sparsity, 0.5), KernelLayout.DENSE, in, 300);

    INDArray zerosPerUnit = weights.eq(0).castTo(DataType.DOUBLE).sum(0);

    double expected = Math.ceil(sparsity * in);
    assertThat(zerosPerUnit.minNumber().doubleValue()).isEqualTo(expected);
    assertThat(zerosPerUnit.maxNumber().doubleValue()).isEqualTo(expected);
    double kept = (in - expected) * 300;
    if (kept > 0) {
      double std = norm(weights) / Math.sqrt(kept);
      assertThat(std).isCloseTo(0.5, within(5 * 0.5 / Math.sqrt(2 * kept)));
    }
    if (sparsity == 0.5) {
      INDArray zerosPerInput = weights.eq(0).castTo(DataType.DOUBLE).sum(1);
      assertThat(zerosPerInput.minNumber().doubleValue()).isGreaterThan(100);
      assertThat(zerosPerInput.maxNumber().doubleValue()).isLessThan(205);
    }
  }

  @Test
  void shouldBeIdentityOrHadamardWhenZerO() {
    INDArray narrowing = init(new ZerO(), KernelLayout.DENSE, 5, 3);
    INDArray square = init(new ZerO(), KernelLayout.DENSE, 4, 4);
    INDArray widening = init(new ZerO(), KernelLayout.DENSE, 4, 8).transpose();

    assertThat(narrowing.sumNumber().doubleValue()).isEqualTo(3);
    assertThat(square).isEqualTo(Nd4j.eye(4).castTo(DataType.DOUBLE));
    assertThat(widening.transpose().mmul(widening).sub(square).amaxNumber().doubleValue())
        .isLessThan(1e-14);
    assertThat(widening.minNumber().doubleValue()).isCloseTo(-1 / Math.sqrt(8), within(1e-15));
    assertThat(widening.getDouble(1, 1)).isCloseTo(-1 / Math.sqrt(8), within(1e-15));
  }

  @Test
  void shouldNameRuleAndValueWhenAnArgumentIsWrong() {
    rejects(() -> new Dirac(0), "groups must be at least 1, was 0");
    rejects(
        () -> init(new Dirac(3), KernelLayout.CONVOLUTION, 8, 3, 3, 3),
        "groups must divide the outputs, was 3 groups and 8 outputs");
    rejects(
        () -> init(new Dirac(), KernelLayout.DENSE, 8, 3),
        "shape must be that of a convolution kernel with 3 to 5 dimensions, was layout DENSE");
    rejects(
        () -> init(new DeltaOrthogonal(), KernelLayout.CONVOLUTION, 3, 8, 3, 3),
        "inputs must not be more than outputs, was 8 inputs and 3 outputs");
    rejects(() -> new Sparse(1.1, 1), "sparsity must be from 0 to 1, was 1.1");
    rejects(() -> new Sparse(0.5, 0), "standardDeviation must be positive and finite, was 0.0");
    rejects(
        () -> init(new Sparse(0.5, 1), KernelLayout.CONVOLUTION, 3, 8, 3, 3),
        "shape must have 2 dimensions, was layout CONVOLUTION");
    rejects(() -> new Orthogonal(0), "gain must be positive and finite, was 0.0");
    rejects(() -> new Identity(Double.NaN), "gain must be finite, was NaN");
    rejects(() -> new HeNormal(-1), "gain must be positive and finite, was -1.0");
    rejects(
        () -> new VarianceScaling(0, FanMode.FAN_IN, Distribution.NORMAL),
        "scale must be positive and finite, was 0.0");
    rejects(
        () -> new RandomUniform(1, 1), "lower must be below upper, was lower = 1.0, upper = 1.0");
    rejects(
        () -> new TruncatedNormal(0, 1, 2, -2),
        "lower must be below upper, was lower = 2.0, upper = -2.0");
    rejects(
        () -> new TruncatedNormal(0, 1, Double.NaN, 2),
        "lower must be below upper, was lower = NaN, upper = 2.0");
    rejects(
        () -> new RandomNormal(0, -2), "standardDeviation must be positive and finite, was -2.0");
    rejects(() -> new Constant(Double.POSITIVE_INFINITY), "value must be finite, was Infinity");
  }

  private static void rejects(Runnable construction, String message) {
    assertThatIllegalArgumentException().isThrownBy(construction::run).withMessage(message);
  }

  @Test
  void shouldGiveZeroWhenTheFansAreZeroAndTheRankToo() {
    INDArray scalar = Nd4j.create(DataType.FLOAT, 1);

    INDArray weights = new HeNormal().init(0, 0, new long[0], 'f', scalar.reshape());

    assertThat(weights.getDouble(0)).isZero();
  }
}
