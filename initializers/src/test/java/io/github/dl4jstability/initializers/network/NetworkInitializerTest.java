package io.github.dl4jstability.initializers.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.nd4j.linalg.indexing.NDArrayIndex.interval;

import io.github.dl4jstability.initializers.Constant;
import io.github.dl4jstability.initializers.DeltaOrthogonal;
import io.github.dl4jstability.initializers.Gain;
import io.github.dl4jstability.initializers.Orthogonal;
import io.github.dl4jstability.initializers.RandomNormal;
import io.github.dl4jstability.initializers.RandomUniform;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class NetworkInitializerTest {

  private static final InputType FLAT = InputType.feedForward(40);
  private static final InputType SERIES = InputType.recurrent(30, 5);

  private static MultiLayerNetwork mlp() {
    return Networks.of(
        Activation.RELU,
        FLAT,
        new DenseLayer.Builder().nOut(50).build(),
        new DenseLayer.Builder().nOut(50).activation(Activation.TANH).build(),
        new DenseLayer.Builder().nOut(50).activation(Activation.SELU).build(),
        new OutputLayer.Builder().nOut(10).activation(Activation.SOFTMAX).build());
  }

  private static double spread(INDArray array) {
    return array.stdNumber().doubleValue();
  }

  private static InitializationTable.Row row(
      InitializationTable table, String layer, String parameter) {
    return table.rows().stream()
        .filter(row -> row.layer().equals(layer) && row.parameter().equals(parameter))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void shouldChooseByActivationWhenTheRecommendedRulesApply() {
    MultiLayerNetwork network = mlp();

    NetworkInitializer.with(ActivationAware.rules()).seed(1).initialize(network);

    assertThat(spread(network.getParam("0_W"))).isCloseTo(Math.sqrt(2.0 / 40), within(0.01));
    double tanh = Gain.of(Activation.TANH) * Math.sqrt(2.0 / 100);
    assertThat(spread(network.getParam("1_W"))).isCloseTo(tanh, within(0.01));
    assertThat(spread(network.getParam("2_W"))).isCloseTo(Math.sqrt(1.0 / 50), within(0.006));
    assertThat(spread(network.getParam("3_W"))).isCloseTo(Math.sqrt(1.0 / 50), within(0.012));
  }

  @Test
  void shouldUseAGainThatCannotGrowWhenTheOwnOneHoldsForUnitSpreadOnly() {
    MultiLayerNetwork swish =
        Networks.of(
            Activation.SWISH,
            FLAT,
            new DenseLayer.Builder().nOut(50).build(),
            new DenseLayer.Builder().nOut(50).build(),
            new DenseLayer.Builder().nOut(50).activation(Activation.SIGMOID).build());

    InitializationTable table =
        NetworkInitializer.with(ActivationAware.rules()).seed(1).dryRun(swish);

    assertThat(row(table, "layer0", "W").scheme()).isEqualTo("XavierNormal[gain=1.0]");
    assertThat(row(table, "layer1", "W").scheme()).startsWith("XavierNormal[gain=1.414");
    assertThat(row(table, "layer2", "W").scheme()).isEqualTo("XavierNormal[gain=4.0]");
  }

  @Test
  void shouldFallBackAndSaySoWhenAnActivationHasNoEdgeOfChaos() {
    MultiLayerNetwork network =
        Networks.of(
            Activation.TANH,
            FLAT,
            new DenseLayer.Builder().nOut(50).build(),
            new DenseLayer.Builder().nOut(50).activation(Activation.SOFTPLUS).build(),
            new DenseLayer.Builder().nOut(50).build());

    InitializationTable table =
        NetworkInitializer.with(ActivationAware.edgeOfChaos()).seed(1).initialize(network);

    assertThat(row(table, "layer1", "W").scheme())
        .startsWith("HeNormal[gain=1.04")
        .endsWith("(no stable edge of chaos at variance 0.05)");
    assertThat(row(table, "layer1", "b").scheme()).isEqualTo("unchanged");
    assertThat(row(table, "layer2", "W").scheme())
        .isEqualTo(
            row(NetworkInitializer.with(ActivationAware.edgeOfChaos()).dryRun(mlp()), "layer1", "W")
                .scheme());
  }

  @Test
  void shouldListTheRuleWhenItDecidesNothing() {
    RuleSet rules =
        ActivationAware.rules()
            .except(
                Rule.weights(new Constant(3)).onLayer("no such layer"),
                Rule.weights(new Constant(2)).onLayer("layer0"));

    InitializationTable table = NetworkInitializer.with(rules).seed(1).initialize(mlp());

    assertThat(table.unusedRules())
        .containsExactly("rule 1, weights(Constant[value=3.0]).onLayer(no such layer)");
    assertThat(table.toString()).contains("no parameter for rule 1, weights(Constant");
  }

  @Test
  void shouldNameLayerParameterAndRuleWhenASchemeFails() {
    RuleSet rules =
        ActivationAware.rules().except(Rule.weights(new DeltaOrthogonal()).onLayer("layer1"));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> NetworkInitializer.with(rules).initialize(narrowing()))
        .withMessageContainingAll(
            "layer1/W", "[2, 3, 2, 2]", "rule 1, weights(DeltaOrthogonal", "because");
  }

  /** A kernel with fewer outputs than inputs and an even size, which fits no delta. */
  private static MultiLayerNetwork narrowing() {
    return Networks.of(
        InputType.convolutional(8, 8, 2),
        new ConvolutionLayer.Builder(3, 3).nOut(3).build(),
        new ConvolutionLayer.Builder(2, 2).nOut(2).build());
  }

  @Test
  void shouldLookPastNormalizationWhenTheActivationIsALayerOfItsOwn() {
    MultiLayerNetwork network =
        Networks.of(
            InputType.convolutional(8, 8, 2),
            new ConvolutionLayer.Builder(3, 3).nOut(4).build(),
            new BatchNormalization(),
            new ActivationLayer(Activation.RELU),
            new ConvolutionLayer.Builder(3, 3).nOut(4).build(),
            new ConvolutionLayer.Builder(3, 3).nOut(4).activation(Activation.TANH).build());

    InitializationTable table =
        NetworkInitializer.with(ActivationAware.rules()).seed(1).dryRun(network);

    assertThat(row(table, "layer0", "W").scheme()).startsWith("HeNormal[gain=1.414");
    assertThat(row(table, "layer3", "W").scheme()).startsWith("XavierNormal[gain=1.0]");
    assertThat(row(table, "layer4", "W").scheme()).startsWith("XavierNormal[gain=1.59");
  }

  @Test
  void shouldGiveTheSameWeightsWhenTheSeedIsTheSame() {
    MultiLayerNetwork first = mlp();
    MultiLayerNetwork second = mlp();
    MultiLayerNetwork third = mlp();
    NetworkInitializer initializer = NetworkInitializer.with(ActivationAware.rules());

    initializer.seed(9).initialize(first);
    Nd4j.getRandom().nextLong();
    initializer.seed(9).initialize(second);
    initializer.seed(10).initialize(third);

    assertThat(second.params()).isEqualTo(first.params());
    assertThat(third.params()).isNotEqualTo(first.params());
    initializer.initialize(first);
    initializer.initialize(second);
    assertThat(second.params()).isNotEqualTo(first.params());
  }

  @Test
  void shouldLeaveTheRandomStreamAloneWhenSeeded() {
    MultiLayerNetwork network = mlp();
    Nd4j.getRandom().setSeed(123);
    double expected = Nd4j.getRandom().nextDouble();
    Nd4j.getRandom().setSeed(123);

    NetworkInitializer.with(ActivationAware.rules()).seed(9).initialize(network);

    assertThat(Nd4j.getRandom().nextDouble()).isEqualTo(expected);
  }

  @Test
  void shouldChangeNothingButForetellExactlyWhenDryRun() {
    MultiLayerNetwork network = mlp();
    INDArray before = network.params().dup();
    NetworkInitializer initializer = NetworkInitializer.with(ActivationAware.rules()).seed(4);

    InitializationTable foretold = initializer.dryRun(network);

    assertThat(network.params()).isEqualTo(before);
    assertThat(initializer.initialize(network)).isEqualTo(foretold);
    assertThat(row(foretold, "layer0", "W").standardDeviation())
        .isCloseTo(network.getParam("0_W").stdNumber(false).doubleValue(), within(1e-12));
    assertThat(foretold.toString())
        .contains("layer", "fan-in", "fan-out", "std", "scheme")
        .contains("[40, 50]")
        .contains("HeNormal[gain=1.414")
        .hasLineCount(9);
  }

  @Test
  void shouldUseTheFirstRuleThatFitsWhenSeveralDo() {
    MultiLayerNetwork network = mlp();

    InitializationTable table =
        NetworkInitializer.with(
                RuleSet.of(Rule.weights(new RandomNormal(0, 1)))
                    .except(
                        Rule.weights(new Constant(1)).onLayer("layer0"),
                        Rule.weights(new Constant(2)).onActivation(Activation.TANH),
                        Rule.weights(new Constant(3)).onLayerType(OutputLayer.class),
                        Rule.biases(new Constant(4)).onParameter("b").onLayer("layer1")))
            .initialize(network);

    assertThat(network.getParam("0_W").meanNumber().doubleValue()).isEqualTo(1);
    assertThat(network.getParam("1_W").meanNumber().doubleValue()).isEqualTo(2);
    assertThat(spread(network.getParam("2_W"))).isBetween(0.9, 1.1);
    assertThat(network.getParam("3_W").meanNumber().doubleValue()).isEqualTo(3);
    assertThat(network.getParam("1_b").meanNumber().doubleValue()).isEqualTo(4);
    assertThat(network.getParam("2_b").meanNumber().doubleValue()).isZero();
    assertThat(row(table, "layer2", "b").scheme()).isEqualTo("unchanged");
  }

  @Test
  void shouldKeepTheForgetGateBiasWhenBiasesAreSet() {
    MultiLayerNetwork network =
        Networks.of(SERIES, new LSTM.Builder().nOut(4).forgetGateBiasInit(1.5).build());

    NetworkInitializer.with(RuleSet.of(Rule.biases(new Constant(0.25)))).initialize(network);

    INDArray bias = network.getParam("0_b").reshape(16);
    assertThat(bias.get(interval(4, 8)).toDoubleVector()).containsOnly(1.5);
    assertThat(bias.get(interval(0, 4)).toDoubleVector()).containsOnly(0.25);
    assertThat(bias.get(interval(8, 16)).toDoubleVector()).containsOnly(0.25);
  }

  @Test
  void shouldLeaveFrozenLayersAloneWhenInitializing() {
    MultiLayerNetwork network =
        Networks.of(
            FLAT,
            new FrozenLayer(new DenseLayer.Builder().nOut(50).build()),
            new DenseLayer.Builder().nOut(50).build());
    INDArray before = network.params().dup();

    InitializationTable table =
        NetworkInitializer.with(ActivationAware.rules()).initialize(network);

    long frozen = 40 * 50 + 50;
    INDArray after = network.params().reshape(before.length());
    assertThat(after.get(interval(0, frozen)))
        .isEqualTo(before.reshape(before.length()).get(interval(0, frozen)));
    assertThat(after.get(interval(frozen, frozen + 2500)))
        .isNotEqualTo(before.reshape(before.length()).get(interval(frozen, frozen + 2500)));
    assertThat(table.rows()).extracting(InitializationTable.Row::layer).containsOnly("layer1");
  }

  @Test
  void shouldLeaveFrozenLayersAloneWhenTheModelComesFromTransferLearning() {
    FineTuneConfiguration fineTune = new FineTuneConfiguration.Builder().build();
    MultiLayerNetwork network =
        new TransferLearning.Builder(mlp())
            .fineTuneConfiguration(fineTune)
            .setFeatureExtractor(1)
            .build();
    ComputationGraph graph =
        new TransferLearning.GraphBuilder(mlp().toComputationGraph())
            .fineTuneConfiguration(fineTune)
            .setFeatureExtractor("1")
            .build();
    INDArray before = network.params().dup();
    INDArray graphBefore = graph.params().dup();
    long frozen = 40 * 50 + 50 + 50 * 50 + 50;

    NetworkInitializer.with(ActivationAware.rules()).initialize(network);
    NetworkInitializer.with(ActivationAware.rules()).initialize(graph);

    assertThat(network.params().get(interval(0, frozen)))
        .isEqualTo(before.get(interval(0, frozen)));
    assertThat(graph.params().get(interval(0, frozen)))
        .isEqualTo(graphBefore.get(interval(0, frozen)));
    assertThat(network.params()).isNotEqualTo(before);
    assertThat(graph.params()).isNotEqualTo(graphBefore);
  }

  @Test
  void shouldBeOrthogonalPerGateInBothDirectionsWhenBidirectional() {
    MultiLayerNetwork network =
        Networks.of(
            InputType.recurrent(24, 5), // three times the units: ambiguous by shape alone
            new Bidirectional(new LSTM.Builder().nOut(8).build()));

    NetworkInitializer.with(ActivationAware.rules()).initialize(network);

    for (String name : List.of("0_fRW", "0_bRW")) {
      for (int gate = 0; gate < 4; gate++) {
        INDArray q =
            network
                .getParam(name)
                .get(org.nd4j.linalg.indexing.NDArrayIndex.all(), interval(8 * gate, 8 * gate + 8));
        INDArray error = q.mmul(q.transpose()).sub(Nd4j.eye(8).castTo(DataType.DOUBLE));
        assertThat(error.amaxNumber().doubleValue()).isLessThan(1e-12);
      }
    }
  }

  @Test
  void shouldTellConvolutionFromItsLookAlikesWhenOrthogonal() {
    MultiLayerNetwork network =
        Networks.of(
            InputType.convolutional(8, 8, 3),
            new DepthwiseConvolution2D.Builder(3, 3).depthMultiplier(3).nOut(9).build());

    NetworkInitializer.with(RuleSet.of(Rule.weights(new Orthogonal()))).initialize(network);

    INDArray kernel = network.getParam("0_W"); // [3, 3, 3, 3]: any layout by its shape
    for (int channel = 0; channel < 3; channel++) {
      INDArray one =
          kernel.get(
              org.nd4j.linalg.indexing.NDArrayIndex.all(),
              org.nd4j.linalg.indexing.NDArrayIndex.all(),
              org.nd4j.linalg.indexing.NDArrayIndex.point(channel),
              org.nd4j.linalg.indexing.NDArrayIndex.all());
      INDArray matrix = one.dup('c').reshape('c', 9, 3);
      INDArray error = matrix.transpose().mmul(matrix).sub(Nd4j.eye(3).castTo(DataType.DOUBLE));
      assertThat(error.amaxNumber().doubleValue()).isLessThan(1e-12);
    }
  }

  @Test
  void shouldMatchKerasWhenTensorflowDefaults() {
    MultiLayerNetwork network =
        Networks.of(
            SERIES,
            new LSTM.Builder().nOut(20).forgetGateBiasInit(5).build(),
            new SelfAttentionLayer.Builder()
                .nOut(7)
                .nHeads(2)
                .headSize(4)
                .projectInput(true)
                .build());
    MultiLayerNetwork embedding =
        Networks.of(
            InputType.feedForward(50), new EmbeddingLayer.Builder().nIn(50).nOut(9).build());

    InitializationTable table =
        NetworkInitializer.with(FrameworkDefaults.tensorflow()).seed(2).initialize(network);
    NetworkInitializer.with(FrameworkDefaults.tensorflow()).seed(2).initialize(embedding);

    // glorot_uniform of a kernel [30, 80]
    assertThat(network.getParam("0_W").amaxNumber().doubleValue())
        .isCloseTo(Math.sqrt(6.0 / 110), within(0.001));
    INDArray recurrent = network.getParam("0_RW");
    INDArray error =
        recurrent.mmul(recurrent.transpose()).sub(Nd4j.eye(20).castTo(DataType.DOUBLE));
    assertThat(error.amaxNumber().doubleValue()).isLessThan(1e-12);
    assertThat(network.getParam("0_b").sumNumber().doubleValue()).isEqualTo(20);
    assertThat(network.getParam("0_b").reshape(80).get(interval(20, 40)).toDoubleVector())
        .containsOnly(1);
    // einsum kernel [20, heads 2, size 4]: fans 20·2 and 20·4
    assertThat(row(table, "layer1", "Wq").scheme())
        .isEqualTo(new RandomUniform(-Math.sqrt(6.0 / 120), Math.sqrt(6.0 / 120)).toString());
    assertThat(embedding.getParam("0_W").amaxNumber().doubleValue()).isBetween(0.045, 0.05);
  }

  @Test
  void shouldMatchTorchWhenPytorchDefaults() {
    MultiLayerNetwork network =
        Networks.of(
            InputType.convolutional(8, 8, 3),
            new ConvolutionLayer.Builder(3, 3).nOut(16).build(),
            new DenseLayer.Builder().nOut(50).build());
    MultiLayerNetwork recurrent =
        Networks.of(
            SERIES, new LSTM.Builder().nOut(25).build(), new SimpleRnn.Builder().nOut(16).build());

    NetworkInitializer.with(FrameworkDefaults.pytorch()).seed(2).initialize(network);
    NetworkInitializer.with(FrameworkDefaults.pytorch()).seed(2).initialize(recurrent);

    assertLimit(network.getParam("0_W"), 1 / Math.sqrt(27));
    assertLimit(network.getParam("0_b"), 1 / Math.sqrt(27));
    assertLimit(network.getParam("1_W"), 1 / Math.sqrt(576));
    assertLimit(network.getParam("1_b"), 1 / Math.sqrt(576));
    assertLimit(recurrent.getParam("0_W"), 0.2);
    assertLimit(recurrent.getParam("0_RW"), 0.2);
    assertLimit(recurrent.getParam("0_b"), 0.2);
    assertLimit(recurrent.getParam("1_RW"), 0.25);
  }

  private static void assertLimit(INDArray array, double limit) {
    double reached = array.amaxNumber().doubleValue();
    double expectedGap = 4.0 / array.length(); // the largest of n uniform values, generously
    assertThat(reached).isBetween(limit * (1 - Math.max(0.01, expectedGap)), limit);
    assertThat(array.stdNumber().doubleValue())
        .isCloseTo(limit / Math.sqrt(3), within(limit * 2 / Math.sqrt((double) array.length())));
  }

  @Test
  void shouldMatchJaxWhenFlaxDefaults() {
    MultiLayerNetwork network =
        Networks.of(SERIES, new LSTM.Builder().nOut(64).forgetGateBiasInit(3).build());

    NetworkInitializer.with(FrameworkDefaults.flax()).seed(2).initialize(network);

    double std = 1 / Math.sqrt(30);
    assertThat(spread(network.getParam("0_W"))).isCloseTo(std, within(0.02 * std));
    assertThat(network.getParam("0_W").amaxNumber().doubleValue())
        .isCloseTo(2 * std / 0.8796256610342398, within(0.005));
    assertThat(network.getParam("0_b").amaxNumber().doubleValue()).isZero();
  }

  @Test
  void shouldInitializeAGraphLikeANetworkWhenLayersAreTheSame() {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(FLAT)
                .addLayer(
                    "a",
                    new DenseLayer.Builder().nOut(50).activation(Activation.RELU).build(),
                    "in")
                .addLayer(
                    "b",
                    new OutputLayer.Builder().nOut(3).activation(Activation.SOFTMAX).build(),
                    "a")
                .setOutputs("b")
                .build());
    graph.init();

    InitializationTable table =
        NetworkInitializer.with(ActivationAware.rules()).seed(1).initialize(graph);

    assertThat(spread(graph.getParam("a_W"))).isCloseTo(Math.sqrt(2.0 / 40), within(0.01));
    assertThat(row(table, "a", "W").fanIn()).isEqualTo(40);
    assertThat(row(table, "b", "W").scheme()).isEqualTo("LeCunNormal[gain=1.0]");
  }

  @Test
  void shouldChangeNothingWhenASchemeDoesNotFit() {
    MultiLayerNetwork network = mlp();
    INDArray before = network.params().dup();
    NetworkInitializer initializer =
        NetworkInitializer.with(
            RuleSet.of(Rule.weights(new DeltaOrthogonal()).onLayer("layer2"))
                .except(Rule.weights(new Constant(1)).onLayer("layer0")));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> initializer.initialize(network))
        .withMessageContainingAll(
            "parameter layer2/W of shape [50, 50]",
            "DeltaOrthogonal[gain=1.0] of rule 2, weights(",
            "convolution kernel with 3 to 5 dimensions, was layout DENSE");
    assertThat(network.params()).isEqualTo(before);
  }

  @Test
  void shouldNameTheRuleWhenTheModelIsNotBuilt() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list(new DenseLayer.Builder().nIn(3).nOut(4).build())
                .build());

    assertThatIllegalArgumentException()
        .isThrownBy(() -> NetworkInitializer.with(ActivationAware.rules()).initialize(network))
        .withMessage("network must be built by init(), was not");
  }
}
