package io.github.dl4jstability.initializers.network;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class LayerSequentialUnitVarianceTest {

  private static INDArray gaussian(long... shape) {
    Nd4j.getRandom().setSeed(31);
    return Nd4j.randn(DataType.DOUBLE, shape).muli(3).addi(0.5);
  }

  private static MultiLayerNetwork mlp() {
    return Networks.of(
        Activation.RELU,
        InputType.feedForward(30),
        new DenseLayer.Builder().nOut(64).build(),
        new DenseLayer.Builder().nOut(128).activation(Activation.TANH).dropOut(0.5).build(),
        new DenseLayer.Builder().nOut(64).biasInit(0.3).build(),
        new OutputLayer.Builder().nOut(10).activation(Activation.SOFTMAX).build());
  }

  private static MultiLayerNetwork leNet() {
    return Networks.of(
        Activation.RELU,
        InputType.convolutional(16, 16, 1),
        new ConvolutionLayer.Builder(5, 5).nOut(8).activation(Activation.IDENTITY).build(),
        new BatchNormalization(),
        new ActivationLayer(Activation.RELU),
        new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX, new int[] {2, 2}).build(),
        new ConvolutionLayer.Builder(3, 3).nOut(16).build(),
        new BatchNormalization(),
        new DenseLayer.Builder().nOut(40).build(),
        new OutputLayer.Builder().nOut(10).activation(Activation.SOFTMAX).build());
  }

  /** The variance before a layer's activation, measured without the code under test. */
  private static double variance(MultiLayerNetwork network, int layer, INDArray input) {
    MultiLayerConfiguration configuration = network.getLayerWiseConfigurations().clone();
    if (configuration.getConf(layer).getLayer() instanceof BaseLayer base) {
      base.setActivationFn(new ActivationIdentity());
    }
    MultiLayerNetwork probe = new MultiLayerNetwork(configuration);
    probe.init(network.params().dup(), false);
    INDArray output = probe.feedForwardToLayer(layer, input).get(layer + 1);
    return Math.pow(output.stdNumber(false).doubleValue(), 2);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 1e-3})
  void shouldHaveUnitVarianceInEveryLayerWhenMlp(double tolerance) {
    MultiLayerNetwork network = mlp();
    INDArray input = gaussian(200, 30);

    LsuvReport report =
        LayerSequentialUnitVariance.create()
            .tolerance(tolerance)
            .seed(5)
            .initialize(network, input);

    assertThat(report.isReached()).isTrue();
    assertThat(report.warnings()).isEmpty();
    assertThat(report.rows()).hasSize(4);
    for (int layer = 0; layer < 4; layer++) {
      assertThat(variance(network, layer, input)).isCloseTo(1, within(tolerance));
    }
    assertThat(report.rows()).allSatisfy(row -> assertThat(row.scalings()).isBetween(0, 3));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 1e-3})
  void shouldHaveUnitVarianceInEveryLayerWhenLeNetWithBatchNormalization(double tolerance) {
    MultiLayerNetwork network = leNet();
    INDArray input = gaussian(64, 1, 16, 16);
    INDArray normalization = network.getParam("1_log10stdev").dup();

    LsuvReport report =
        LayerSequentialUnitVariance.create().tolerance(tolerance).initialize(network, input);

    assertThat(report.isReached()).isTrue();
    assertThat(report.rows())
        .extracting(LsuvReport.Row::layer)
        .containsExactly("layer0", "layer4", "layer6", "layer7");
    for (int layer : new int[] {0, 4, 6, 7}) {
      assertThat(variance(network, layer, input)).isCloseTo(1, within(tolerance));
    }
    assertThat(network.getParam("1_log10stdev")).isEqualTo(normalization);
    assertThat(network.getParam("1_gamma").meanNumber().doubleValue()).isEqualTo(1);
  }

  private static ComputationGraph residual(boolean normalized, boolean projected) {
    var builder =
        new NeuralNetConfiguration.Builder()
            .dataType(DataType.DOUBLE)
            .convolutionMode(ConvolutionMode.Same)
            .activation(Activation.IDENTITY)
            .graphBuilder()
            .addInputs("in")
            .setInputTypes(InputType.convolutional(8, 8, 3))
            .addLayer("stem", new ConvolutionLayer.Builder(3, 3).nOut(12).build(), "in");
    String last = "stem";
    for (int i = 0; i < 8; i++) {
      builder
          .addLayer(
              "a" + i,
              new ConvolutionLayer.Builder(3, 3).nOut(12).activation(Activation.RELU).build(),
              last)
          .addLayer("b" + i, new ConvolutionLayer.Builder(3, 3).nOut(12).build(), "a" + i);
      String branch = "b" + i;
      if (normalized) {
        builder.addLayer("n" + i, new BatchNormalization(), branch);
        branch = "n" + i;
      }
      String shortcut = last;
      if (projected && i == 4) {
        builder.addLayer("p" + i, new ConvolutionLayer.Builder(1, 1).nOut(12).build(), last);
        shortcut = "p" + i;
      }
      last = "sum" + i;
      builder.addVertex(last, new ElementWiseVertex(ElementWiseVertex.Op.Add), branch, shortcut);
    }
    ComputationGraph graph =
        new ComputationGraph(
            builder
                .addLayer(
                    "out",
                    new OutputLayer.Builder().nOut(5).activation(Activation.SOFTMAX).build(),
                    last)
                .setOutputs("out")
                .build());
    graph.init();
    return graph;
  }

  private static double variance(@Nullable INDArray array) {
    double spread = requireNonNull(array).stdNumber(false).doubleValue();
    return spread * spread;
  }

  private static double variance(ComputationGraph graph, String vertex, INDArray input) {
    var configuration = graph.getConfiguration().clone();
    if (configuration.getVertices().get(vertex) instanceof LayerVertex layerVertex
        && layerVertex.getLayerConf().getLayer() instanceof BaseLayer base) {
      base.setActivationFn(new ActivationIdentity());
    }
    ComputationGraph probe = new ComputationGraph(configuration);
    probe.init(graph.params().dup(), false);
    return variance(probe.feedForward(input, false).get(vertex));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldKeepSumsAtUnitVarianceWhenResidual(boolean projected) {
    ComputationGraph graph = residual(false, projected);
    INDArray input = gaussian(40, 3, 8, 8);

    LsuvReport report = LayerSequentialUnitVariance.create().seed(8).initialize(graph, input);

    assertThat(report.isReached()).isTrue();
    assertThat(variance(graph, "stem", input)).isCloseTo(1, within(0.1));
    assertThat(variance(graph, "out", input)).isCloseTo(1, within(0.1));
    for (int i = 0; i < 8; i++) {
      assertThat(variance(graph, "a" + i, input)).isCloseTo(1, within(0.1));
      assertThat(variance(graph, "sum" + i, input)).as("sum %s", i).isCloseTo(1, within(0.1));
    }
    assertThat(report.rows()).allSatisfy(row -> assertThat(row.scalings()).isBetween(0, 3));
  }

  @Test
  void shouldScaleTheNormalizationWhenItEndsTheBranch() {
    ComputationGraph graph = residual(true, false);
    INDArray input = gaussian(40, 3, 8, 8);

    LayerSequentialUnitVariance.create().inTrainingMode().seed(8).initialize(graph, input);

    assertThat(graph.getParam("n3_gamma").meanNumber().doubleValue())
        .isCloseTo(Math.sqrt(0.05 / 8), within(1e-12));
    ComputationGraph probe = new ComputationGraph(graph.getConfiguration().clone());
    probe.init(graph.params().dup(), false);
    var outputs = probe.feedForward(new INDArray[] {input}, true);
    for (int i = 0; i < 8; i++) {
      assertThat(variance(outputs.get("sum" + i))).isCloseTo(1, within(0.15));
    }
  }

  @Test
  void shouldLeaveFrozenLayersAndTheConfigurationAloneWhenScaling() {
    MultiLayerNetwork network =
        Networks.of(
            Activation.RELU,
            InputType.feedForward(30),
            new FrozenLayer(new DenseLayer.Builder().nOut(64).build()),
            new DenseLayer.Builder().nOut(64).dropOut(0.8).build(),
            new OutputLayer.Builder().nOut(10).activation(Activation.SOFTMAX).build());
    INDArray frozen = network.getLayer(0).getParam("W").dup();
    String configuration = network.getLayerWiseConfigurations().toJson();
    INDArray input = gaussian(100, 30);

    LsuvReport report = LayerSequentialUnitVariance.create().initialize(network, input);

    assertThat(network.getLayer(0).getParam("W")).isEqualTo(frozen);
    assertThat(network.getLayerWiseConfigurations().toJson()).isEqualTo(configuration);
    assertThat(report.rows()).hasSize(2);
    assertThat(variance(network, 2, input)).isCloseTo(1, within(0.1));
  }

  @Test
  void shouldReportAndNotScaleWhenThereIsNoSpreadOrNaN() {
    MultiLayerNetwork network = mlp();
    network.getParam("1_W").assign(0);
    INDArray zero = network.getParam("1_W").dup();

    LsuvReport dead =
        LayerSequentialUnitVariance.create()
            .keepingWeights()
            .initialize(network, gaussian(100, 30));

    assertThat(dead.isReached()).isFalse();
    assertThat(dead.rows().get(1).outcome()).isEqualTo(LsuvReport.Outcome.NO_SPREAD);
    assertThat(network.getParam("1_W")).isEqualTo(zero);

    INDArray broken = gaussian(100, 30);
    broken.putScalar(3, 3, Double.NaN);
    LsuvReport notFinite = LayerSequentialUnitVariance.create().initialize(network, broken);

    assertThat(notFinite.rows().get(0).outcome()).isEqualTo(LsuvReport.Outcome.NOT_FINITE);
    assertThat(network.getParam("0_W").sumNumber().doubleValue()).isFinite();
    assertThat(notFinite.toString()).contains("NOT_FINITE");
  }

  @Test
  void shouldReachTheTargetWhenTheStartIsFarOff() {
    MultiLayerNetwork network = mlp();
    network.params().muli(1e-3);
    INDArray input = gaussian(200, 30);

    LsuvReport report =
        LayerSequentialUnitVariance.create()
            .keepingWeights()
            .tolerance(1e-3)
            .initialize(network, input);

    assertThat(report.isReached()).isTrue();
    assertThat(report.rows().get(0).varianceBefore()).isLessThan(1e-3);
    assertThat(variance(network, 3, input)).isCloseTo(1, within(1e-3));
  }

  @Test
  void shouldWarnWhenTheBatchIsSmall() {
    LsuvReport report = LayerSequentialUnitVariance.create().initialize(mlp(), gaussian(8, 30));

    assertThat(report.warnings())
        .containsExactly("the batch has 8 samples; variances are reliable from 32");
    assertThat(report.toString()).startsWith("warning: the batch has 8 samples");
  }

  @Test
  void shouldGiveTheSameWeightsWhenTheSeedIsTheSame() {
    MultiLayerNetwork first = mlp();
    MultiLayerNetwork second = mlp();

    LayerSequentialUnitVariance.create().seed(3).initialize(first, gaussian(64, 30));
    LayerSequentialUnitVariance.create().seed(3).initialize(second, gaussian(64, 30));

    assertThat(second.params()).isEqualTo(first.params());
  }

  @Test
  void shouldNameRuleAndValueWhenAnArgumentIsWrong() {
    LayerSequentialUnitVariance lsuv = LayerSequentialUnitVariance.create();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> lsuv.tolerance(0))
        .withMessage("tolerance must be positive and finite, was 0.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> lsuv.maximumPasses(0))
        .withMessage("maximumPasses must be at least 1, was 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> lsuv.initialize(mlp()))
        .withMessage("features must hold at least one sample, were empty");
  }

  @Test
  void shouldStartAsItsShortcutsWhenFixup() {
    ComputationGraph graph = residual(false, false);
    INDArray input = gaussian(40, 3, 8, 8);

    Fixup.startingFrom(NetworkInitializer.with(ActivationAware.rules()).seed(2)).initialize(graph);

    assertThat(graph.getParam("b0_W").amaxNumber().doubleValue()).isZero();
    assertThat(graph.getParam("out_W").amaxNumber().doubleValue()).isZero();
    // two layers per branch, eight blocks: 8^(−1/2) of He's √(2/108)
    assertThat(graph.getParam("a5_W").stdNumber().doubleValue())
        .isCloseTo(Math.sqrt(2.0 / 108 / 8), within(0.004));
    assertThat(variance(graph, "sum7", input))
        .isCloseTo(variance(graph, "stem", input), within(1e-12));
  }

  @Test
  void shouldRejectFixupWhenThereIsNoBlockThatItCanScale() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Fixup.create().initialize(residual(true, false)))
        .withMessageContaining(
            "graph must have a residual block without batch normalization, had 8 residual blocks");
  }
}
