package io.github.dl4jstability.initializers.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.github.dl4jstability.initializers.EdgeOfChaos;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** {@link ActivationAware#edgeOfChaos()}: its kernels, and what passes through fifty layers. */
class DeepPlainTest {

  private static final double VARIANCE = 0.05;
  private static final int DEPTH = 50;
  private static final int WIDTH = 128;
  private static final EdgeOfChaos TANH =
      EdgeOfChaos.at(Activation.TANH.getActivationFunction(), VARIANCE);

  private static MultiLayerNetwork tanh(InputType input, Layer... layers) {
    MultiLayerNetwork network = Networks.of(Activation.TANH, input, layers);
    NetworkInitializer.with(ActivationAware.edgeOfChaos()).seed(5).initialize(network);
    return network;
  }

  private static double secondMoment(INDArray array) {
    return array.mul(array).meanNumber().doubleValue();
  }

  private static ConvolutionLayer convolution(int out, int stride) {
    return new ConvolutionLayer.Builder(3, 3)
        .nOut(out)
        .stride(stride, stride)
        .convolutionMode(ConvolutionMode.Same)
        .build();
  }

  @Test
  void shouldBeOrthogonalWhenTheLayerIsSquare() {
    MultiLayerNetwork network =
        tanh(
            InputType.feedForward(20),
            new DenseLayer.Builder().nOut(60).build(),
            new DenseLayer.Builder().nOut(60).build());
    INDArray kernel = network.getParam("1_W");

    INDArray expected =
        Nd4j.eye(60).castTo(DataType.DOUBLE).muli(TANH.weightSigma() * TANH.weightSigma());

    assertThat(kernel.transpose().mmul(kernel).equalsWithEps(expected, 1e-12)).isTrue();
    assertThat(network.getParam("1_b").stdNumber().doubleValue())
        .isCloseTo(TANH.biasSigma(), withinPercentage(35));
  }

  /** Wider or narrower, each unit gets Σw² = σw² on average, and on features q − σb². */
  @ParameterizedTest
  @CsvSource({"20, 60, 30", "60, 20, 80"})
  void shouldHaveTheVariancePerFanInWhenTheLayerIsNotSquare(int in, int first, int second) {
    MultiLayerNetwork network =
        tanh(
            InputType.feedForward(in),
            new DenseLayer.Builder().nOut(first).build(),
            new DenseLayer.Builder().nOut(second).build());

    assertThat(in * secondMoment(network.getParam("0_W")))
        .isCloseTo(VARIANCE - TANH.biasSigma() * TANH.biasSigma(), within(1e-12));
    assertThat(first * secondMoment(network.getParam("1_W")))
        .isCloseTo(TANH.weightSigma() * TANH.weightSigma(), within(1e-12));
  }

  @Test
  void shouldBeDeltaOrthogonalWhenAConvolutionLooksAtEachPosition() {
    MultiLayerNetwork network =
        tanh(InputType.convolutional(8, 8, 2), convolution(6, 1), convolution(6, 1));
    INDArray kernel = network.getParam("1_W").dup();

    INDArray center = Nd4j.create(DataType.DOUBLE, 6, 6);
    for (int out = 0; out < 6; out++) {
      for (int in = 0; in < 6; in++) {
        center.putScalar(out, in, kernel.getDouble(out, in, 1, 1));
        kernel.putScalar(new int[] {out, in, 1, 1}, 0);
      }
    }

    INDArray expected =
        Nd4j.eye(6).castTo(DataType.DOUBLE).muli(TANH.weightSigma() * TANH.weightSigma());
    assertThat(center.mmul(center.transpose()).equalsWithEps(expected, 1e-12)).isTrue();
    assertThat(kernel.norm1Number().doubleValue()).isZero();
  }

  /** First layer, stride, fewer outputs: all taps are used, with the variance per fan-in. */
  @Test
  void shouldUseAllTapsWhenADeltaWouldLoseSomething() {
    MultiLayerNetwork network =
        tanh(
            InputType.convolutional(8, 8, 2),
            convolution(6, 1),
            convolution(8, 2),
            convolution(4, 1),
            new Deconvolution2D.Builder(2, 2).stride(2, 2).nOut(6).build());

    assertThat(2 * 9 * secondMoment(network.getParam("0_W")))
        .isCloseTo(VARIANCE - TANH.biasSigma() * TANH.biasSigma(), within(1e-12));
    double square = TANH.weightSigma() * TANH.weightSigma();
    assertThat(6 * 9 * secondMoment(network.getParam("1_W"))).isCloseTo(square, within(1e-12));
    assertThat(8 * 9 * secondMoment(network.getParam("2_W"))).isCloseTo(square, within(1e-12));
    // each output position is reached by 4 taps / stride 4 = 1 tap of 4 channels
    assertThat(4 * secondMoment(network.getParam("3_W"))).isCloseTo(square, within(1e-12));
  }

  @Test
  void shouldApplyTheGainOnceWhenAConvolutionIsSeparable() {
    MultiLayerNetwork network =
        tanh(
            InputType.convolutional(8, 8, 2),
            convolution(6, 1),
            new SeparableConvolution2D.Builder(3, 3).nOut(6).build());

    assertThat(9 * secondMoment(network.getParam("1_W"))).isCloseTo(1, within(1e-12));
    assertThat(6 * secondMoment(network.getParam("1_pW")))
        .isCloseTo(TANH.weightSigma() * TANH.weightSigma(), within(1e-12));
    assertThat(NetworkInitializer.with(ActivationAware.rules()).dryRun(network).rows())
        .filteredOn(row -> row.layer().equals("layer1") && row.parameter().equals("W"))
        .allMatch(row -> row.scheme().equals("LeCunNormal[gain=1.0]"))
        .hasSize(1);
  }

  @Test
  void shouldFollowTheRecommendedRulesWhenTheLayerIsRecurrent() {
    Layer[] layers = {
      new LSTM.Builder().nOut(8).build(), new SimpleRnn.Builder().nOut(8).build(),
    };
    MultiLayerNetwork network = Networks.of(Activation.TANH, InputType.recurrent(4, 9), layers);

    assertThat(NetworkInitializer.with(ActivationAware.edgeOfChaos()).seed(1).dryRun(network))
        .isEqualTo(NetworkInitializer.with(ActivationAware.rules()).seed(1).dryRun(network));
  }

  @ParameterizedTest
  @EnumSource(names = {"SIGMOID", "SOFTPLUS", "GELU", "SWISH", "MISH", "CUBE"})
  void shouldFollowTheRecommendedRulesWhenThereIsNoStableEdge(Activation activation) {
    MultiLayerNetwork network =
        Networks.of(
            activation,
            InputType.feedForward(8),
            new DenseLayer.Builder().nOut(8).build(),
            new DenseLayer.Builder().nOut(8).build());

    InitializationTable table =
        NetworkInitializer.with(ActivationAware.edgeOfChaos()).seed(1).initialize(network);
    INDArray edge = network.params().dup();
    NetworkInitializer.with(ActivationAware.rules()).seed(1).initialize(network);

    assertThat(edge).isEqualTo(network.params());
    assertThat(table.rows().get(0).scheme())
        .endsWith(" (no stable edge of chaos at variance 0.05)");
  }

  private static MultiLayerNetwork fifty() {
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; i < DEPTH; i++) {
      layers.add(new DenseLayer.Builder().nOut(WIDTH).build());
    }
    layers.add(new OutputLayer.Builder().nOut(10).activation(Activation.SOFTMAX).build());
    return tanh(InputType.feedForward(WIDTH), layers.toArray(Layer[]::new));
  }

  /** Forward E[tanh(√q·z)²] in each layer; backward each layer multiplies the variance by χ = 1. */
  @Test
  void shouldKeepSignalAndGradientWhenFiftyLayersDeep() {
    Nd4j.getRandom().setSeed(6);
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, 100, 10);
    for (int i = 0; i < 100; i++) {
      labels.putScalar(i, i % 10, 1);
    }
    INDArray features = Nd4j.randn(DataType.DOUBLE, 100, WIDTH);

    List<AuditReport.Layer> layers =
        InitializationAudit.observe(fifty(), new DataSet(features, labels).toMultiDataSet())
            .layers();

    double biasVariance = TANH.biasSigma() * TANH.biasSigma();
    double expected =
        Math.sqrt((VARIANCE - biasVariance) / (TANH.weightSigma() * TANH.weightSigma()));
    double last = layers.get(DEPTH - 1).gradient().standardDeviation();
    assertThat(layers).hasSize(DEPTH);
    for (AuditReport.Layer layer : layers) {
      assertThat(layer.activation().standardDeviation()).isCloseTo(expected, withinPercentage(10));
      assertThat(layer.gradient().standardDeviation() / last).isBetween(0.8, 1.25);
    }
  }

  /**
   * Squared singular values of the Jacobian over 50 layers: mean 1, variance L·(μ2/μ1² − 1) with μk
   * = E[f′(√q·z)^2k] (Pennington 2017, equation 22 with s1 = 0). Gaussian kernels add L to it.
   */
  @Test
  void shouldSpreadSingularValuesNoMoreThanOrthogonalKernelsDoWhenFiftyLayersDeep() {
    MultiLayerNetwork network = fifty();
    Nd4j.getRandom().setSeed(8);
    INDArray state = Nd4j.randn(DataType.DOUBLE, 1, WIDTH);
    INDArray jacobian = Nd4j.eye(WIDTH).castTo(DataType.DOUBLE);
    for (int layer = 0; layer < DEPTH; layer++) {
      INDArray kernel = network.getParam(layer + "_W");
      state = Transforms.tanh(state.mmul(kernel).addRowVector(network.getParam(layer + "_b")));
      if (layer > 0) {
        INDArray slopes = state.mul(state).rsub(1);
        jacobian = jacobian.mmul(kernel).mulRowVector(slopes);
      }
    }

    INDArray squares = jacobian.mmul(jacobian.transpose());
    double mean = Nd4j.diag(squares).sumNumber().doubleValue() / WIDTH;
    double variance = secondMoment(squares) * WIDTH - mean * mean;

    assertThat(mean).isBetween(0.8, 1.25);
    assertThat(variance / (mean * mean)).isBetween(0.4, 1.4);
  }
}
