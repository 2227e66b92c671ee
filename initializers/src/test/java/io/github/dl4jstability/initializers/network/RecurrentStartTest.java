package io.github.dl4jstability.initializers.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.nd4j.linalg.indexing.NDArrayIndex.all;
import static org.nd4j.linalg.indexing.NDArrayIndex.interval;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.GravesBidirectionalLSTM;
import org.deeplearning4j.nn.conf.layers.GravesLSTM;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class RecurrentStartTest {

  private static final int UNITS = 16;
  private static final int STEPS = 12;
  private static final InputType SERIES = InputType.recurrent(30, STEPS);

  @SuppressWarnings("deprecation")
  static Stream<Layer> gatedLayers() {
    return Stream.of(
        new LSTM.Builder().nOut(UNITS).activation(Activation.TANH).build(),
        new GravesLSTM.Builder().nOut(UNITS).activation(Activation.TANH).build(),
        new GravesBidirectionalLSTM.Builder().nOut(UNITS).activation(Activation.TANH).build(),
        new Bidirectional(
            Bidirectional.Mode.CONCAT,
            new LSTM.Builder().nOut(UNITS).activation(Activation.TANH).build()));
  }

  private static INDArray forgetGate(INDArray bias) {
    return bias.reshape(1, bias.length()).get(all(), interval(UNITS, 2 * UNITS));
  }

  private static MultiLayerNetwork initialized(RuleSet rules, Layer layer) {
    MultiLayerNetwork network = Networks.of(SERIES, layer);
    NetworkInitializer.with(rules).seed(3).initialize(network);
    return network;
  }

  private static List<INDArray> biases(MultiLayerNetwork network) {
    return network.paramTable().entrySet().stream()
        .filter(entry -> entry.getKey().matches("0_[fb]?b[FB]?"))
        .map(Map.Entry::getValue)
        .toList();
  }

  /**
   * With weights of 0 and a block input of tanh(z), a cell whose gates are σ(b) and σ(−b) holds (1
   * − σ(b)^t)·tanh(z) after t steps, and half of the tanh of that comes out. Any other order of the
   * gates gives something else.
   */
  @SuppressWarnings("deprecation")
  @Test
  void shouldAverageOverTheMemoryWhenTheCellRuns() {
    for (Layer layer :
        List.of(
            new LSTM.Builder().nOut(UNITS).activation(Activation.TANH).build(),
            new GravesLSTM.Builder().nOut(UNITS).activation(Activation.TANH).build())) {
      MultiLayerNetwork network = initialized(ActivationAware.rules(50), layer);
      network.getParam("0_W").assign(0);
      network.getParam("0_RW").assign(0);
      INDArray bias = network.getParam("0_b");
      bias.reshape(1, bias.length()).get(all(), interval(0, UNITS)).assign(0.7);

      INDArray output = network.output(Nd4j.zeros(DataType.DOUBLE, 1, 30, STEPS));

      for (int unit = 0; unit < UNITS; unit++) {
        double keeps = 1 / (1 + Math.exp(-forgetGate(bias).getDouble(unit)));
        double cell = (1 - Math.pow(keeps, STEPS)) * Math.tanh(0.7);
        assertThat(output.getDouble(0, unit, STEPS - 1))
            .isCloseTo(0.5 * Math.tanh(cell), within(1e-6));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("gatedLayers")
  void shouldReachToTheLongestDependencyWhenItIsTold(Layer layer) {
    List<INDArray> biases = biases(initialized(ActivationAware.rules(1000), layer));

    assertThat(biases).isNotEmpty();
    for (INDArray bias : biases) {
      assertThat(forgetGate(bias).maxNumber().doubleValue())
          .isBetween(Math.log(500), Math.log(999));
    }
  }

  @ParameterizedTest
  @MethodSource("gatedLayers")
  void shouldKeepTheConfiguredBiasWhenNothingTellsHowFarInputsMatter(Layer layer) {
    for (INDArray bias : biases(initialized(ActivationAware.rules(), layer))) {
      assertThat(forgetGate(bias).toDoubleVector()).containsOnly(1);
    }
  }

  @Test
  void shouldKeepTheConfiguredBiasWhenTheUserHasChosenOne() {
    MultiLayerNetwork network =
        initialized(
            ActivationAware.rules(100),
            new LSTM.Builder()
                .nOut(UNITS)
                .forgetGateBiasInit(3)
                .activation(Activation.TANH)
                .build());

    assertThat(forgetGate(network.getParam("0_b")).toDoubleVector()).containsOnly(3);
  }

  @Test
  void shouldReachAsFarAsGradientsWhenBackpropagationIsTruncated() {
    NeuralNetConfiguration.Builder builder =
        new NeuralNetConfiguration.Builder().dataType(DataType.DOUBLE);
    LSTM lstm = new LSTM.Builder().nIn(30).nOut(UNITS).activation(Activation.TANH).build();
    RnnOutputLayer output =
        new RnnOutputLayer.Builder().nIn(UNITS).nOut(2).activation(Activation.SOFTMAX).build();
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            builder
                .list(lstm, output)
                .backpropType(BackpropType.TruncatedBPTT)
                .tBPTTLength(40)
                .build());
    ComputationGraph graph =
        new ComputationGraph(
            builder
                .graphBuilder()
                .addInputs("in")
                .addLayer("lstm", lstm, "in")
                .addLayer("out", output, "lstm")
                .setOutputs("out")
                .backpropType(BackpropType.TruncatedBPTT)
                .tBPTTLength(40)
                .build());
    network.init();
    graph.init();

    String scheme = "ChronoBias[longestDependency=40]";

    assertThat(NetworkInitializer.with(ActivationAware.rules()).dryRun(network).rows())
        .anyMatch(row -> row.parameter().equals("b") && row.scheme().equals(scheme));
    assertThat(NetworkInitializer.with(ActivationAware.rules()).dryRun(graph).rows())
        .anyMatch(row -> row.parameter().equals("b") && row.scheme().equals(scheme));
  }

  @ParameterizedTest
  @EnumSource(names = {"RELU", "LEAKYRELU"})
  void shouldPassTheStateThroughWhenASimpleRecurrentLayerIsRectified(Activation activation) {
    MultiLayerNetwork network =
        initialized(
            ActivationAware.rules(),
            new SimpleRnn.Builder().nOut(UNITS).activation(activation).build());

    assertThat(network.getParam("0_RW")).isEqualTo(Nd4j.eye(UNITS).castTo(DataType.DOUBLE));
  }

  @Test
  void shouldRotateTheStateWhenASimpleRecurrentLayerIsNotRectified() {
    MultiLayerNetwork network =
        initialized(
            ActivationAware.rules(),
            new SimpleRnn.Builder().nOut(UNITS).activation(Activation.TANH).build());
    INDArray kernel = network.getParam("0_RW");

    assertThat(kernel.mmul(kernel.transpose()).equalsWithEps(eye(), 1e-12)).isTrue();
    assertThat(kernel.equalsWithEps(eye(), 1e-3)).isFalse();
  }

  private static INDArray eye() {
    return Nd4j.eye(UNITS).castTo(DataType.DOUBLE);
  }

  /** A sum of T inputs that is reflected at 0 has the second moment of the sum itself. */
  @Test
  void shouldEndWithASecondMomentOfOneWhenTheNumberOfSummandsIsTold() {
    int steps = 64;
    MultiLayerNetwork network =
        Networks.of(
            InputType.recurrent(50, steps),
            new SimpleRnn.Builder().nOut(200).activation(Activation.RELU).build());
    NetworkInitializer.with(ActivationAware.rules(steps)).seed(3).initialize(network);
    Nd4j.getRandom().setSeed(4);

    INDArray states = network.output(Nd4j.randn(DataType.DOUBLE, 50, 50, steps));

    INDArray last = states.get(all(), all(), interval(steps - 1, steps));
    assertThat(last.mul(last).meanNumber().doubleValue()).isBetween(0.8, 1.2);
  }

  @Test
  void shouldSayWhatIsWrongWhenADependencyIsTooShort() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ActivationAware.rules(1))
        .withMessage("longestDependency must be at least 2 time steps, was 1");
  }
}
