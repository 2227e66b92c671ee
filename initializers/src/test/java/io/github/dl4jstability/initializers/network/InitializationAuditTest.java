package io.github.dl4jstability.initializers.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jstability.initializers.Constant;
import io.github.dl4jstability.initializers.Distribution;
import io.github.dl4jstability.initializers.FanMode;
import io.github.dl4jstability.initializers.HeNormal;
import io.github.dl4jstability.initializers.RandomNormal;
import io.github.dl4jstability.initializers.VarianceScaling;
import io.github.dl4jstability.initializers.XavierNormal;
import io.github.dl4jstability.initializers.network.AuditReport.Verdict;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class InitializationAuditTest {

  private static final int CLASSES = 4;

  private static DataSet batch(int samples, int inputs) {
    Nd4j.getRandom().setSeed(17);
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, samples, CLASSES);
    for (int i = 0; i < samples; i++) {
      labels.putScalar(i, i % CLASSES, 1);
    }
    return new DataSet(Nd4j.randn(DataType.DOUBLE, samples, inputs), labels);
  }

  private static MultiLayerNetwork mlp(
      long seed, int depth, int width, Activation activation, IWeightInit init) {
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; i < depth; i++) {
      layers.add(new DenseLayer.Builder().nOut(width).activation(activation).build());
    }
    layers.add(new OutputLayer.Builder().nOut(CLASSES).activation(Activation.SOFTMAX).build());
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(seed)
                .dataType(DataType.DOUBLE)
                .weightInit(init)
                .list(layers.toArray(Layer[]::new))
                .setInputType(InputType.feedForward(20))
                .build());
    network.init();
    return network;
  }

  private static AuditReport audit(Model model) {
    return InitializationAudit.run(model, batch(128, 20));
  }

  @ParameterizedTest
  @CsvSource({
    "1, 2, 50, RELU",
    "2, 10, 100, RELU",
    "3, 30, 200, RELU",
    "4, 10, 64, TANH",
    "5, 5, 30, ELU",
    "6, 10, 100, GELU",
    "7, 20, 150, SELU",
    "8, 3, 16, SIGMOID",
    "9, 8, 50, LEAKYRELU",
    "10, 10, 100, SWISH"
  })
  void shouldBeFineWhenInitializedAsRecommended(
      long seed, int depth, int width, Activation activation) {
    MultiLayerNetwork network = mlp(seed, depth, width, activation, new XavierNormal());
    NetworkInitializer.with(ActivationAware.rules()).seed(seed).initialize(network);

    AuditReport report = audit(network);

    assertThat(report.verdict()).as(report.toString()).isEqualTo(Verdict.FINE);
    assertThat(report.remedy()).isEmpty();
    assertThat(report.layers()).hasSize(depth);
    assertThat(report.chanceLoss()).isCloseTo(Math.log(CLASSES), within(1e-12));
    assertThat(report.loss()).isBetween(0.8 * Math.log(CLASSES), 5.0);
  }

  @ParameterizedTest
  @CsvSource({"1, TANH", "2, ELU", "3, SELU", "4, SOFTSIGN", "5, RELU", "6, HARDTANH"})
  void shouldBeFineWhenThirtyLayersAreAtTheEdgeOfChaos(long seed, Activation activation) {
    MultiLayerNetwork network = mlp(seed, 30, 100, activation, new XavierNormal());
    NetworkInitializer.with(ActivationAware.edgeOfChaos()).seed(seed).initialize(network);

    AuditReport report = audit(network);

    assertThat(report.verdict()).as(report.toString()).isEqualTo(Verdict.FINE);
    assertThat(report.backwardFactor()).isBetween(0.05, 20.0);
  }

  @Test
  void shouldSayVanishesAndMendItWhenWeightsAreTooSmall() {
    AuditReport report = audit(mlp(1, 10, 100, Activation.RELU, new RandomNormal(0, 0.01)));

    assertThat(report.verdict()).isEqualTo(Verdict.VANISHES);
    // per layer √(100·0.01²/2) = 0.0707, nine times
    assertThat(Math.log10(report.forwardFactor())).isCloseTo(9 * Math.log10(0.0707), within(0.7));
    assertThat(Math.log10(report.backwardFactor())).isCloseTo(9 * Math.log10(0.0707), within(0.7));
    assertThat(report.remedy())
        .isEqualTo("NetworkInitializer.with(ActivationAware.rules()).initialize(network)");
    assertThat(report.toString())
        .contains("verdict: VANISHES", "remedy: NetworkInitializer", "layer9");
  }

  @Test
  void shouldSayVanishesWhenThirtyTanhLayersHaveATenthOfTheVariance() {
    AuditReport report =
        audit(
            mlp(
                2,
                30,
                64,
                Activation.TANH,
                new VarianceScaling(0.1, FanMode.FAN_IN, Distribution.NORMAL)));

    assertThat(report.verdict()).isEqualTo(Verdict.VANISHES);
    assertThat(report.remedy()).isNotEmpty();
  }

  @Test
  void shouldSayExplodesWhenReluWeightsAreTooLarge() {
    AuditReport report = audit(mlp(3, 15, 100, Activation.RELU, new HeNormal(3)));

    assertThat(report.verdict()).isEqualTo(Verdict.EXPLODES);
    assertThat(report.forwardFactor()).isGreaterThan(1000);
    assertThat(report.backwardFactor()).isGreaterThan(1000);
    assertThat(report.findings()).anyMatch(f -> f.contains("too large for what they get"));
    assertThat(report.remedy()).isNotEmpty();
  }

  @Test
  void shouldSaySaturatedWhenTanhWeightsAreHuge() {
    AuditReport report = audit(mlp(4, 2, 50, Activation.TANH, new RandomNormal(0, 5)));

    assertThat(report.verdict()).isEqualTo(Verdict.SATURATED);
    assertThat(report.layers().get(0).saturatedShare()).isGreaterThan(0.8);
    assertThat(report.remedy()).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource({"0", "0.01"})
  void shouldSaySymmetricWhenAllWeightsAreEqual(double value) {
    AuditReport report = audit(mlp(5, 3, 20, Activation.TANH, new Constant(value)));

    assertThat(report.verdict()).isEqualTo(Verdict.SYMMETRIC);
    assertThat(report.layers()).allSatisfy(row -> assertThat(row.identicalShare()).isEqualTo(1));
    assertThat(report.remedy()).isNotEmpty();
  }

  @Test
  void shouldCountTheTwinsWhenSomeUnitsAreCopies() {
    MultiLayerNetwork network = mlp(6, 2, 20, Activation.TANH, new XavierNormal());
    INDArray in = network.getParam("0_W");
    INDArray out = network.getParam("1_W");
    for (int copy = 1; copy < 5; copy++) {
      in.putColumn(copy, in.getColumn(0).dup());
    }
    assertThat(audit(network).verdict()).as("same in, different out").isEqualTo(Verdict.FINE);
    for (int copy = 1; copy < 5; copy++) {
      out.putRow(copy, out.getRow(0).dup());
    }

    AuditReport report = audit(network);

    assertThat(report.verdict()).isEqualTo(Verdict.SYMMETRIC);
    assertThat(report.layers().get(0).identicalShare()).isEqualTo(0.25);
    assertThat(report.layers().get(1).identicalShare()).isZero();
    assertThat(report.findings()).containsExactly("layer0: 25 % of the units have a twin");
  }

  @Test
  void shouldNameTheLayerWhenItsWeightsAreTenTimesTooWide() {
    MultiLayerNetwork network = mlp(12, 4, 60, Activation.TANH, new XavierNormal());
    assertThat(audit(network).findings()).isEmpty();
    network.getParam("2_W").muli(10);

    assertThat(audit(network).findings())
        .anyMatch(finding -> finding.startsWith("layer2/W: the weights' root mean square"))
        .noneMatch(finding -> finding.startsWith("layer1/W"));
  }

  @Test
  void shouldSayDeadWhenBiasesSwitchUnitsOff() {
    MultiLayerNetwork network = mlp(7, 3, 40, Activation.RELU, new HeNormal());
    network.getParam("1_b").reshape(40).get(NDArrayIndex.interval(0, 36)).assign(-100);

    AuditReport report = audit(network);

    assertThat(report.verdict()).isEqualTo(Verdict.DEAD);
    assertThat(report.layers().get(1).deadShare()).isCloseTo(0.9, within(0.03));
    assertThat(report.layers().get(0).deadShare()).isLessThan(0.2);
  }

  @Test
  void shouldSayNotFiniteWhenAWeightIsNaN() {
    MultiLayerNetwork network = mlp(8, 3, 40, Activation.RELU, new HeNormal());
    network.getParam("1_W").putScalar(0, 0, Double.NaN);

    AuditReport report = audit(network);

    assertThat(report.verdict()).isEqualTo(Verdict.NOT_FINITE);
    assertThat(report.findings()).contains("there are NaN or infinite values, first in layer1");
  }

  @Test
  void shouldBeFineWhenAConvolutionalNetworkHasBatchNormalization() {
    MultiLayerNetwork network =
        Networks.of(
            Activation.RELU,
            InputType.convolutional(12, 12, 1),
            new ConvolutionLayer.Builder(3, 3).nOut(8).build(),
            new BatchNormalization(),
            new ConvolutionLayer.Builder(3, 3).nOut(16).build(),
            new BatchNormalization(),
            new DenseLayer.Builder().nOut(40).dropOut(0.5).build(),
            new OutputLayer.Builder().nOut(CLASSES).activation(Activation.SOFTMAX).build());
    NetworkInitializer.with(ActivationAware.rules()).seed(3).initialize(network);
    DataSet flat = batch(64, 144);
    DataSet images = new DataSet(flat.getFeatures().reshape(64, 1, 12, 12), flat.getLabels());

    AuditReport report = InitializationAudit.run(network, images);

    assertThat(report.verdict()).as(report.toString()).isEqualTo(Verdict.FINE);
    assertThat(report.layers())
        .extracting(AuditReport.Layer::name)
        .containsExactly("layer0", "layer2", "layer4");
  }

  @Test
  void shouldMeasureAGraphLikeANetworkWhenLayersAreTheSame() {
    MultiLayerNetwork network = mlp(9, 2, 30, Activation.TANH, new XavierNormal());
    ComputationGraph graph = network.toComputationGraph();

    AuditReport ofNetwork = audit(network);
    AuditReport ofGraph = audit(graph);

    assertThat(ofGraph.loss()).isCloseTo(ofNetwork.loss(), within(1e-9));
    assertThat(ofGraph.forwardFactor()).isCloseTo(ofNetwork.forwardFactor(), within(1e-9));
    assertThat(ofGraph.backwardFactor()).isCloseTo(ofNetwork.backwardFactor(), within(1e-9));
  }

  /** The loss and the gradient's spread against Deeplearning4j's own numbers. */
  @Test
  void shouldAgreeWithTheGradientWhenThereIsOneHiddenLayer() {
    MultiLayerNetwork network = mlp(10, 1, 30, Activation.TANH, new XavierNormal());
    DataSet batch = batch(1, 20);
    network.setInput(batch.getFeatures());
    network.setLabels(batch.getLabels());
    network.computeGradientAndScore();
    INDArray biasGradient = network.gradient().getGradientFor("0_b"); // the delta, for one sample

    AuditReport report = InitializationAudit.run(network, batch);

    assertThat(report.layers().get(0).gradient().l2Norm())
        .isCloseTo(biasGradient.norm2Number().doubleValue(), within(1e-9));
    assertThat(report.loss()).isCloseTo(network.score(), within(1e-9));
  }

  @Test
  void shouldLeaveTheNetworkAndTheRandomStreamAloneWhenAuditing() {
    MultiLayerNetwork network = mlp(11, 5, 30, Activation.TANH, new RandomNormal(0, 5));
    List<String> calls = new ArrayList<>();
    network.setListeners(
        new BaseTrainingListener() {
          @Override
          public void onBackwardPass(Model model) {
            calls.add("backward");
          }
        });
    INDArray before = network.params().dup();
    String configuration = network.getLayerWiseConfigurations().toJson();
    DataSet batch = batch(64, 20);
    Nd4j.getRandom().setSeed(5);
    double expected = Nd4j.getRandom().nextDouble();
    Nd4j.getRandom().setSeed(5);

    InitializationAudit.run(network, batch);

    assertThat(Nd4j.getRandom().nextDouble()).isEqualTo(expected);
    assertThat(network.params()).isEqualTo(before);
    assertThat(network.getLayerWiseConfigurations().toJson()).isEqualTo(configuration);
    assertThat(calls).isEmpty();
  }
}
