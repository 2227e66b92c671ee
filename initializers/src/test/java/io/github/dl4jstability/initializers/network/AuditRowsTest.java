package io.github.dl4jstability.initializers.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jstability.initializers.Constant;
import io.github.dl4jstability.initializers.HeNormal;
import io.github.dl4jstability.initializers.LeCunNormal;
import io.github.dl4jstability.initializers.network.AuditReport.Verdict;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GravesLSTM;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RecurrentAttentionLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationReLU6;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Layers that the audit and layer-sequential unit variance once did not see, or saw wrongly. */
class AuditRowsTest {

  private static final int STEPS = 6;
  private static final int FEATURES = 5;
  private static final int CLASSES = 3;
  private static final InputType SERIES = InputType.recurrent(FEATURES, STEPS);

  private static INDArray classes(int samples) {
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, samples, CLASSES);
    for (int i = 0; i < samples; i++) {
      labels.putScalar(i, i % CLASSES, 1);
    }
    return labels;
  }

  private static DataSet flat(int samples, int inputs) {
    Nd4j.getRandom().setSeed(5);
    return new DataSet(Nd4j.randn(DataType.DOUBLE, samples, inputs), classes(samples));
  }

  /** One label a time step. */
  private static DataSet series(int samples) {
    Nd4j.getRandom().setSeed(6);
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, samples, CLASSES, STEPS);
    for (int i = 0; i < samples; i++) {
      for (int t = 0; t < STEPS; t++) {
        labels.putScalar(new int[] {i, (i + t) % CLASSES, t}, 1);
      }
    }
    return new DataSet(Nd4j.randn(DataType.DOUBLE, samples, FEATURES, STEPS), labels);
  }

  private static Layer output() {
    return new OutputLayer.Builder().nOut(CLASSES).activation(Activation.SOFTMAX).build();
  }

  private static Layer seriesOutput() {
    return new RnnOutputLayer.Builder().nOut(CLASSES).activation(Activation.SOFTMAX).build();
  }

  static Stream<Arguments> sequenceLayers() {
    return Stream.of(
        Arguments.of("LSTM", new LSTM.Builder().nOut(8).build()),
        Arguments.of("GravesLSTM", new GravesLSTM.Builder().nOut(8).build()),
        Arguments.of("SimpleRnn", new SimpleRnn.Builder().nOut(8).build()),
        Arguments.of("Bidirectional", new Bidirectional(new LSTM.Builder().nOut(8).build())),
        Arguments.of("self attention", attention()),
        Arguments.of(
            "recurrent attention",
            new RecurrentAttentionLayer.Builder()
                .nOut(8)
                .nHeads(2)
                .headSize(4)
                .projectInput(true)
                .build()),
        Arguments.of(
            "TimeDistributed",
            new TimeDistributed(
                new DenseLayer.Builder().nOut(8).activation(Activation.TANH).build())));
  }

  private static Layer attention() {
    return new SelfAttentionLayer.Builder()
        .nOut(8)
        .nHeads(2)
        .headSize(4)
        .projectInput(true)
        .build();
  }

  private static MultiLayerNetwork sequence(Layer layer) {
    MultiLayerNetwork network =
        Networks.of(
            Activation.TANH,
            SERIES,
            new SimpleRnn.Builder().nOut(8).build(),
            layer,
            seriesOutput());
    NetworkInitializer.with(ActivationAware.rules()).seed(4).initialize(network);
    return network;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("sequenceLayers")
  void shouldHaveARowInTheAuditWhenALayerReadsSequences(String name, Layer layer) {
    MultiLayerNetwork network = sequence(layer);
    DataSet batch = series(40);
    INDArray output = network.feedForward(batch.getFeatures(), false).get(2);
    network.setInput(batch.getFeatures());
    network.setLabels(batch.getLabels());
    network.computeGradientAndScore();

    AuditReport report = InitializationAudit.run(network, batch);

    assertThat(report.loss()).isCloseTo(network.score(), within(1e-9));
    assertThat(report.layers()).hasSize(2);
    AuditReport.Layer row = report.layers().get(1);
    assertThat(row.activation().standardDeviation())
        .as(report.toString())
        .isCloseTo(output.stdNumber(false).doubleValue(), within(1e-9));
    assertThat(row.gradient().standardDeviation()).isPositive();
    assertThat(row.units()).isEqualTo((int) output.size(1));
    assertThat(report.verdict()).isNotEqualTo(Verdict.UNKNOWN);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("sequenceLayers")
  void shouldHaveARowInLsuvWhenALayerReadsSequences(String name, Layer layer) {
    MultiLayerNetwork network = sequence(layer);
    DataSet batch = series(40);

    LsuvReport report =
        LayerSequentialUnitVariance.create().seed(3).initialize(network, batch.getFeatures());

    LsuvReport.Outcome expected =
        layer instanceof TimeDistributed ? LsuvReport.Outcome.REACHED : LsuvReport.Outcome.MEASURED;
    assertThat(report.rows()).hasSize(3);
    assertThat(report.rows().get(1).outcome()).as(report.toString()).isEqualTo(expected);
    if (expected == LsuvReport.Outcome.MEASURED) {
      INDArray output = network.feedForward(batch.getFeatures(), false).get(2);
      double spread = output.stdNumber(false).doubleValue();
      assertThat(report.rows().get(1).varianceAfter()).isCloseTo(spread * spread, within(1e-9));
    }
    assertThat(report.isReached()).as(report.toString()).isTrue();
  }

  @Test
  void shouldHaveARowWhenOnlyTheLastTimeStepGoesOn() {
    MultiLayerNetwork network =
        Networks.of(
            Activation.TANH,
            SERIES,
            new LastTimeStep(new LSTM.Builder().nOut(8).build()),
            output());

    AuditReport report =
        InitializationAudit.run(network, new DataSet(series(30).getFeatures(), classes(30)));

    assertThat(report.layers()).hasSize(1);
    assertThat(report.layers().get(0).isAtOutput()).isTrue();
  }

  /** Parameters of a graph lie in the order of its sort, which taps must not change. */
  @Test
  void shouldMeasureTheSameLossWhenRecurrentBranchesOfAGraphAreTapped() {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .dataType(DataType.DOUBLE)
                .activation(Activation.TANH)
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(SERIES)
                .addLayer("b", new LSTM.Builder().nOut(8).build(), "in")
                .addLayer("a", new SimpleRnn.Builder().nOut(8).build(), "in")
                .addLayer("c", attention(), "b")
                .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "a", "c")
                .addLayer("out", seriesOutput(), "sum")
                .setOutputs("out")
                .build());
    graph.init();
    DataSet batch = series(20);
    graph.setInputs(batch.getFeatures());
    graph.setLabels(batch.getLabels());
    graph.computeGradientAndScore();

    AuditReport report = InitializationAudit.run(graph, batch);

    assertThat(report.loss()).isCloseTo(graph.score(), within(1e-9));
    assertThat(report.layers())
        .extracting(AuditReport.Layer::name)
        .containsExactlyInAnyOrder("a", "b", "c");
  }

  @Test
  void shouldNotBeFineWhenALstmIsAllZeros() {
    MultiLayerNetwork network =
        Networks.of(Activation.TANH, SERIES, new LSTM.Builder().nOut(8).build(), seriesOutput());
    network.params().assign(0);

    AuditReport report = InitializationAudit.run(network, series(30));

    assertThat(report.layers()).hasSize(1);
    assertThat(report.verdict()).as(report.toString()).isEqualTo(Verdict.SYMMETRIC);
    assertThat(report.remedy()).isNotEmpty();
  }

  @Test
  void shouldMultiplyChanceByTheTimeStepsWhenTheOutputIsASequence() {
    MultiLayerNetwork network =
        Networks.of(Activation.TANH, SERIES, new LSTM.Builder().nOut(8).build(), seriesOutput());
    network.getParam("1_W").assign(0);
    DataSet batch = series(30);

    AuditReport whole = InitializationAudit.run(network, batch);
    INDArray mask = Nd4j.ones(DataType.DOUBLE, 30, STEPS);
    mask.getColumn(STEPS - 1).assign(0);
    batch.setLabelsMaskArray(mask);
    AuditReport masked = InitializationAudit.run(network, batch);

    assertThat(whole.chanceLoss()).isCloseTo(STEPS * Math.log(CLASSES), within(1e-9));
    assertThat(whole.loss()).isCloseTo(whole.chanceLoss(), within(1e-6));
    assertThat(masked.chanceLoss()).isCloseTo((STEPS - 1) * Math.log(CLASSES), within(1e-9));
    assertThat(masked.loss()).isCloseTo(masked.chanceLoss(), within(1e-6));
  }

  @Test
  void shouldNotBeSaturatedWhenABoundedRectifierIsOff() {
    MultiLayerNetwork network =
        Networks.of(
            FLAT_INPUT,
            new DenseLayer.Builder().nOut(40).activation(new ActivationReLU6()).build(),
            new DenseLayer.Builder().nOut(40).activation(new ActivationReLU6()).build(),
            output());
    NetworkInitializer.with(RuleSet.of(Rule.weights(new HeNormal()))).seed(2).initialize(network);
    assertThat(InitializationAudit.run(network, flat(60, 10)).verdict()).isEqualTo(Verdict.FINE);
    network.getParam("0_b").assign(100);

    AuditReport report = InitializationAudit.run(network, flat(60, 10));

    assertThat(report.layers().get(0).saturatedShare()).isEqualTo(1);
  }

  private static final InputType FLAT_INPUT = InputType.feedForward(10);

  /** The same weights and images, once with the channels in front, once behind. */
  @Test
  void shouldSeeTheSameUnitsWhenChannelsAreLast() {
    MultiLayerNetwork first = images(CNN2DFormat.NCHW);
    MultiLayerNetwork last = images(CNN2DFormat.NHWC);
    NetworkInitializer.with(RuleSet.of(Rule.weights(new HeNormal()))).seed(8).initialize(first);
    last.setParams(first.params());
    for (MultiLayerNetwork network : List.of(first, last)) {
      INDArray bias = network.getParam("0_b");
      bias.putScalar(2, -100);
      bias.putScalar(4, -100);
    }
    Nd4j.getRandom().setSeed(9);
    INDArray images = Nd4j.randn(DataType.DOUBLE, 30, 2, 6, 6);

    AuditReport.Layer front =
        InitializationAudit.run(first, new DataSet(images, classes(30))).layers().get(0);
    INDArray behind = images.permute(0, 2, 3, 1).dup('c');
    AuditReport.Layer back =
        InitializationAudit.run(last, new DataSet(behind, classes(30))).layers().get(0);

    assertThat(front.units()).isEqualTo(8);
    assertThat(front.deadShare()).isEqualTo(0.25);
    assertThat(back.units()).isEqualTo(8);
    assertThat(back.deadShare()).isEqualTo(0.25);
  }

  private static MultiLayerNetwork images(CNN2DFormat format) {
    return Networks.of(
        Activation.RELU,
        InputType.convolutional(6, 6, 2, format),
        new ConvolutionLayer.Builder(3, 3).nOut(8).dataFormat(format).build(),
        output());
  }

  @Test
  void shouldBeDeadAndNotSymmetricWhenUnitsAreOffInTheSameWay() {
    MultiLayerNetwork network =
        Networks.of(
            Activation.RELU,
            FLAT_INPUT,
            new DenseLayer.Builder().nOut(20).build(),
            new DenseLayer.Builder().nOut(20).build(),
            output());
    NetworkInitializer.with(RuleSet.of(Rule.weights(new HeNormal()))).seed(2).initialize(network);
    network.getParam("1_b").assign(-1e9);

    AuditReport report = InitializationAudit.run(network, flat(60, 10));

    assertThat(report.layers().get(1).identicalShare()).isZero();
    assertThat(report.verdict()).as(report.toString()).isEqualTo(Verdict.DEAD);
  }

  @Test
  void shouldBeFineWhenAResidualNetworkStartsWithFixup() {
    ComputationGraph graph = residual();
    Fixup.startingFrom(NetworkInitializer.with(ActivationAware.rules()).seed(1)).initialize(graph);

    AuditReport report = InitializationAudit.run(graph, flat(60, 20));

    assertThat(report.verdict()).as(report.toString()).isEqualTo(Verdict.FINE);
    assertThat(report.loss()).isCloseTo(Math.log(CLASSES), within(1e-6));
  }

  @Test
  void shouldStillBeSymmetricWhenUnitsOfAResidualNetworkAreCopies() {
    ComputationGraph graph = residual();
    NetworkInitializer.with(RuleSet.of(Rule.weights(new Constant(0.1)))).initialize(graph);

    AuditReport report = InitializationAudit.run(graph, flat(60, 20));

    assertThat(report.verdict()).as(report.toString()).isEqualTo(Verdict.SYMMETRIC);
  }

  private static ComputationGraph residual() {
    var builder =
        new NeuralNetConfiguration.Builder()
            .seed(3)
            .dataType(DataType.DOUBLE)
            .activation(Activation.RELU)
            .graphBuilder()
            .addInputs("in")
            .setInputTypes(InputType.feedForward(20))
            .addLayer("stem", new DenseLayer.Builder().nOut(24).build(), "in");
    String before = "stem";
    for (int block = 0; block < 6; block++) {
      builder
          .addLayer("a" + block, new DenseLayer.Builder().nOut(24).build(), before)
          .addLayer(
              "b" + block,
              new DenseLayer.Builder().nOut(24).activation(Activation.IDENTITY).build(),
              "a" + block)
          .addVertex(
              "sum" + block, new ElementWiseVertex(ElementWiseVertex.Op.Add), before, "b" + block);
      before = "sum" + block;
    }
    ComputationGraph graph =
        new ComputationGraph(builder.addLayer("out", output(), before).setOutputs("out").build());
    graph.init();
    return graph;
  }

  @Test
  void shouldAskToStandardizeWhenFeaturesAreRawBytes() {
    MultiLayerNetwork network =
        Networks.of(
            Activation.TANH,
            FLAT_INPUT,
            new DenseLayer.Builder().nOut(30).build(),
            new DenseLayer.Builder().nOut(30).build(),
            output());
    NetworkInitializer.with(RuleSet.of(Rule.weights(new LeCunNormal())))
        .seed(2)
        .initialize(network);
    Nd4j.getRandom().setSeed(12);
    INDArray bytes = Nd4j.rand(DataType.DOUBLE, 60, 10).muli(255);

    AuditReport raw = InitializationAudit.run(network, new DataSet(bytes, classes(60)));
    AuditReport standard = InitializationAudit.run(network, flat(60, 10));

    assertThat(raw.findings()).anyMatch(f -> f.contains("standardize the features"));
    assertThat(raw.remedy()).startsWith("standardize the features").doesNotContain("Variance");
    assertThat(standard.findings()).isEmpty();
  }

  @Test
  void shouldSeeUnitsOfSequencesWhenChannelsAreLast() {
    LSTM lstm = new LSTM.Builder().nOut(8).dataFormat(RNNFormat.NWC).build();
    MultiLayerNetwork network =
        Networks.of(
            Activation.TANH,
            InputType.recurrent(FEATURES, STEPS, RNNFormat.NWC),
            new LastTimeStep(lstm),
            output());
    INDArray features = series(30).getFeatures().permute(0, 2, 1).dup('c');

    AuditReport report = InitializationAudit.run(network, new DataSet(features, classes(30)));

    assertThat(report.layers().get(0).units()).isEqualTo(8);
  }
}
