package io.github.dl4jstability.initializers.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.nd4j.linalg.indexing.NDArrayIndex.all;
import static org.nd4j.linalg.indexing.NDArrayIndex.interval;

import io.github.dl4jstability.initializers.Constant;
import io.github.dl4jstability.initializers.Fans;
import io.github.dl4jstability.initializers.LeCunNormal;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.AttentionVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.AutoEncoder;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CapsuleLayer;
import org.deeplearning4j.nn.conf.layers.CenterLossOutputLayer;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.Deconvolution3D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.GravesBidirectionalLSTM;
import org.deeplearning4j.nn.conf.layers.GravesLSTM;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LearnedSelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.LocallyConnected1D;
import org.deeplearning4j.nn.conf.layers.LocallyConnected2D;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.PrimaryCapsules;
import org.deeplearning4j.nn.conf.layers.RecurrentAttentionLayer;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.misc.ElementWiseMultiplicationLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.layers.variational.VariationalAutoencoder;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;

/** Fans of every layer type, counted by hand and shown by the spread of pre-activations. */
class TrueFansTest {

  private static final InputType FLAT = InputType.feedForward(6);
  private static final InputType SERIES = InputType.recurrent(6, 9);
  private static final InputType IMAGE = InputType.convolutional(12, 12, 3);
  private static final InputType VOLUME = InputType.convolutional3D(8, 8, 8, 3);

  static Stream<Arguments> layers() {
    return Stream.of(
        of(FLAT, new DenseLayer.Builder().nOut(4).build(), "W", 6, 4),
        of(FLAT, new OutputLayer.Builder().nOut(4).build(), "W", 6, 4),
        of(FLAT, new CenterLossOutputLayer.Builder().nOut(4).build(), "W", 6, 4),
        of(FLAT, new AutoEncoder.Builder().nOut(4).build(), "W", 6, 4),
        of(FLAT, new ElementWiseMultiplicationLayer.Builder().nIn(6).nOut(6).build(), "W", 1, 1),
        of(InputType.feedForward(50), embedding(), "W", 1, 4),
        of(SERIES, sequence(), "W", 1, 4),
        of(SERIES, new Convolution1DLayer.Builder(3).nOut(4).build(), "W", 18, 12),
        of(SERIES, new Convolution1DLayer.Builder(3).stride(2).nOut(4).build(), "W", 18, 6),
        of(IMAGE, new ConvolutionLayer.Builder(3, 5).nOut(4).build(), "W", 45, 60),
        of(IMAGE, new ConvolutionLayer.Builder(3, 5).stride(2, 1).nOut(4).build(), "W", 45, 30),
        of(VOLUME, new Convolution3D.Builder(2, 2, 3).nOut(4).build(), "W", 36, 48),
        of(IMAGE, new Deconvolution2D.Builder(3, 3).nOut(4).build(), "W", 27, 36),
        of(IMAGE, new Deconvolution2D.Builder(4, 4).stride(2, 2).nOut(5).build(), "W", 12, 80),
        of(VOLUME, new Deconvolution3D.Builder().kernelSize(2, 2, 2).nOut(4).build(), "W", 24, 32),
        of(IMAGE, depthwise(), "W", 9, 18),
        of(IMAGE, separable(), "W", 9, 18),
        of(IMAGE, separable(), "pW", 6, 5),
        of(SERIES, new SimpleRnn.Builder().nOut(4).build(), "W", 6, 4),
        of(SERIES, new SimpleRnn.Builder().nOut(4).build(), "RW", 4, 4),
        of(SERIES, new LSTM.Builder().nOut(4).build(), "W", 6, 4),
        of(SERIES, new LSTM.Builder().nOut(4).build(), "RW", 4, 4),
        of(SERIES, new GravesLSTM.Builder().nOut(4).build(), "W", 6, 4),
        of(SERIES, new GravesLSTM.Builder().nOut(4).build(), "RW", 4, 4),
        of(SERIES, new GravesBidirectionalLSTM.Builder().nOut(4).build(), "WB", 6, 4),
        of(SERIES, new GravesBidirectionalLSTM.Builder().nOut(4).build(), "RWF", 4, 4),
        of(SERIES, new Bidirectional(new LSTM.Builder().nOut(4).build()), "fW", 6, 4),
        of(SERIES, new Bidirectional(new LSTM.Builder().nOut(4).build()), "bRW", 4, 4),
        of(SERIES, new LastTimeStep(new SimpleRnn.Builder().nOut(4).build()), "W", 6, 4),
        of(SERIES, selfAttention(), "Wq", 6, 8),
        of(SERIES, selfAttention(), "Wv", 6, 8),
        of(SERIES, selfAttention(), "Wo", 8, 5),
        of(SERIES, learnedAttention(), "Wk", 6, 8),
        of(SERIES, learnedAttention(), "Q", 1, 6),
        of(SERIES, recurrentAttention(), "W", 6, 5),
        of(SERIES, recurrentAttention(), "RW", 5, 5),
        of(SERIES, recurrentAttention(), "Wq", 5, 8),
        of(SERIES, recurrentAttention(), "Wk", 6, 8),
        of(SERIES, recurrentAttention(), "Wo", 8, 5),
        of(SERIES, local1d(), "W", 18, 6),
        of(IMAGE, local2d(), "W", 27, 36),
        of(IMAGE, new PrimaryCapsules.Builder(4, 2).kernelSize(3, 3).build(), "weight", 27, 18),
        of(FLAT, autoencoder(), "e0W", 6, 7),
        of(FLAT, autoencoder(), "e1W", 7, 3),
        of(FLAT, autoencoder(), "pZXMeanW", 3, 2),
        of(FLAT, autoencoder(), "d0W", 2, 5));
  }

  private static Arguments of(InputType input, Layer layer, String name, double in, double out) {
    return Arguments.of(input, layer, name, new Fans(in, out));
  }

  private static Layer embedding() {
    return new EmbeddingLayer.Builder().nIn(50).nOut(4).build();
  }

  private static Layer sequence() {
    return new EmbeddingSequenceLayer.Builder().nIn(50).nOut(4).build();
  }

  private static Layer depthwise() {
    return new DepthwiseConvolution2D.Builder(3, 3).depthMultiplier(2).nOut(6).build();
  }

  private static Layer separable() {
    return new SeparableConvolution2D.Builder(3, 3).depthMultiplier(2).nOut(5).build();
  }

  private static Layer selfAttention() {
    return new SelfAttentionLayer.Builder()
        .nOut(5)
        .nHeads(2)
        .headSize(4)
        .projectInput(true)
        .build();
  }

  private static Layer learnedAttention() {
    return new LearnedSelfAttentionLayer.Builder()
        .nOut(5)
        .nHeads(2)
        .headSize(4)
        .nQueries(3)
        .projectInput(true)
        .build();
  }

  private static Layer recurrentAttention() {
    return new RecurrentAttentionLayer.Builder()
        .nOut(5)
        .nHeads(2)
        .headSize(4)
        .projectInput(true)
        .build();
  }

  private static Layer local1d() {
    return new LocallyConnected1D.Builder().kernelSize(3).stride(2).nOut(4).setInputSize(9).build();
  }

  private static Layer local2d() {
    return new LocallyConnected2D.Builder().kernelSize(3, 3).nOut(4).setInputSize(12, 12).build();
  }

  private static Layer autoencoder() {
    return new VariationalAutoencoder.Builder()
        .encoderLayerSizes(7, 3)
        .decoderLayerSizes(5)
        .nOut(2)
        .build();
  }

  @ParameterizedTest
  @MethodSource("layers")
  void shouldBeTheCountOfConnectionsWhenTheLayerIsKnown(
      InputType input, Layer layer, String name, Fans expected) {
    MultiLayerNetwork network = Networks.of(input, layer);

    NetworkParameter parameter =
        NetworkParameters.of(network).stream()
            .filter(p -> p.name().equals(name))
            .findFirst()
            .orElseThrow();

    assertThat(parameter.fans()).isEqualTo(expected);
  }

  @Test
  void shouldBeTheCountOfConnectionsWhenCapsulesFollowCapsules() {
    MultiLayerNetwork network =
        Networks.of(
            IMAGE,
            new PrimaryCapsules.Builder(4, 2).kernelSize(3, 3).build(),
            new CapsuleLayer.Builder(5, 6, 1).build());

    NetworkParameter weight =
        NetworkParameters.of(network).stream()
            .filter(p -> p.layerName().equals("layer1") && p.name().equals("weight"))
            .findFirst()
            .orElseThrow();

    long inputCapsules = weight.array().size(1);
    assertThat(weight.fans()).isEqualTo(new Fans(inputCapsules * 4.0, 30));
  }

  /** Two references: DL4J-independent measurement with N(0, 1) inputs, and theory (exactly 1). */
  static Stream<Arguments> measured() {
    InputType wideSeries = InputType.recurrent(200, 40);
    InputType wideImage = InputType.convolutional(16, 16, 32);
    return Stream.of(
        Arguments.of(InputType.feedForward(400), dense(300)),
        Arguments.of(wideSeries, new Convolution1DLayer.Builder(5).nOut(100).build()),
        Arguments.of(wideImage, new ConvolutionLayer.Builder(3, 3).nOut(64).build()),
        Arguments.of(
            wideImage, new DepthwiseConvolution2D.Builder(5, 5).depthMultiplier(8).build()),
        Arguments.of(
            wideImage,
            new SeparableConvolution2D.Builder(5, 5).depthMultiplier(4).nOut(64).build()),
        Arguments.of(wideSeries, new SimpleRnn.Builder().nOut(150).build()),
        Arguments.of(
            wideImage,
            new Deconvolution2D.Builder(4, 4)
                .stride(2, 2)
                .convolutionMode(ConvolutionMode.Same)
                .nOut(48)
                .build()),
        Arguments.of(
            InputType.recurrent(200, 12),
            new LocallyConnected1D.Builder()
                .kernelSize(3)
                .nOut(60)
                .setInputSize(12)
                .activation(Activation.IDENTITY)
                .build()));
  }

  private static Layer dense(int nOut) {
    return new DenseLayer.Builder().nOut(nOut).build();
  }

  @ParameterizedTest
  @MethodSource("measured")
  void shouldKeepUnitSpreadWhenLeCunMeetsUnitInput(InputType input, Layer layer) {
    MultiLayerNetwork network = Networks.of(input, layer);

    NetworkInitializer.with(
            RuleSet.of(
                Rule.any(p -> new Constant(0)).on(ParameterRole.RECURRENT_WEIGHT),
                Rule.weights(new LeCunNormal())))
        .seed(3)
        .initialize(network);

    Nd4j.getRandom().setSeed(4);
    INDArray features = Nd4j.randn(DataType.DOUBLE, withBatch(input.getShape(true)));
    INDArray output = network.output(features);
    if (layer instanceof Deconvolution2D) {
      output = inner(output); // at the border fewer inputs overlap
    }
    assertThat(output.stdNumber().doubleValue()).isCloseTo(1, within(0.05));
  }

  private static long[] withBatch(long[] shape) {
    long[] batched = shape.clone();
    batched[0] = 64;
    return batched;
  }

  private static INDArray inner(INDArray image) {
    INDArrayIndex rows = interval(4, image.size(2) - 4);
    return image.get(all(), all(), rows, interval(4, image.size(3) - 4)).dup();
  }

  /** LSTM and attention hide their pre-activations: multiply by the kernels themselves. */
  @Test
  void shouldKeepUnitSpreadPerGateAndProjectionWhenLeCunMeetsUnitInput() {
    MultiLayerNetwork lstm =
        Networks.of(InputType.recurrent(300, 5), new LSTM.Builder().nOut(200).build());
    MultiLayerNetwork attention =
        Networks.of(
            InputType.recurrent(300, 5),
            new SelfAttentionLayer.Builder()
                .nOut(100)
                .nHeads(4)
                .headSize(50)
                .projectInput(true)
                .build());
    RuleSet lecun = RuleSet.of(Rule.weights(new LeCunNormal()));

    NetworkInitializer.with(lecun).seed(5).initialize(lstm);
    NetworkInitializer.with(lecun).seed(6).initialize(attention);

    Nd4j.getRandom().setSeed(7);
    INDArray input = Nd4j.randn(DataType.DOUBLE, 200, 300);
    INDArray state = Nd4j.randn(DataType.DOUBLE, 200, 200);
    assertThat(spread(input.mmul(lstm.getParam("0_W")))).isCloseTo(1, within(0.05));
    assertThat(spread(state.mmul(lstm.getParam("0_RW")))).isCloseTo(1, within(0.05));
    for (String name : new String[] {"0_Wq", "0_Wk", "0_Wv"}) {
      INDArray projection = attention.getParam(name).dup('c').reshape('c', 200, 300);
      assertThat(spread(input.mmul(projection.transpose()))).isCloseTo(1, within(0.05));
    }
    assertThat(spread(state.mmul(attention.getParam("0_Wo")))).isCloseTo(1, within(0.05));
  }

  private static double spread(INDArray array) {
    return array.stdNumber().doubleValue();
  }

  @Test
  void shouldReachTheAttentionVertexWhenTheModelIsAGraph() {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(InputType.recurrent(6, 9))
                .addLayer("rnn", new SimpleRnn.Builder().nOut(8).build(), "in")
                .addVertex(
                    "attention",
                    new AttentionVertex.Builder()
                        .nInKeys(8)
                        .nInQueries(8)
                        .nInValues(8)
                        .nHeads(2)
                        .headSize(4)
                        .nOut(5)
                        .projectInput(true)
                        .build(),
                    "rnn",
                    "rnn",
                    "rnn")
                .setOutputs("attention")
                .validateOutputLayerConfig(false)
                .build());
    graph.init();

    Map<String, Fans> fans =
        NetworkParameters.of(graph).stream()
            .filter(p -> p.layerName().equals("attention"))
            .collect(Collectors.toMap(NetworkParameter::name, NetworkParameter::fans));

    assertThat(fans)
        .containsEntry("Wq", new Fans(8, 8))
        .containsEntry("Wv", new Fans(8, 8))
        .containsEntry("Wo", new Fans(8, 5));
  }

  @Test
  void shouldBeLeftAloneWhenPReLUOrNormalization() {
    MultiLayerNetwork network =
        Networks.of(
            Activation.RELU,
            InputType.convolutional(6, 6, 2),
            new ConvolutionLayer.Builder(3, 3).nOut(4).build(),
            new BatchNormalization(),
            new PReLULayer.Builder().inputShape(4, 4, 4).build());
    INDArray before = network.params().dup();

    InitializationTable table =
        NetworkInitializer.with(ActivationAware.rules()).seed(1).initialize(network);

    assertThat(table.rows())
        .filteredOn(row -> !row.layer().equals("layer0"))
        .isNotEmpty()
        .allSatisfy(row -> assertThat(row.scheme()).isEqualTo("unchanged"));
    long kernel = network.getParam("0_W").length() + 4;
    INDArray after = network.params();
    assertThat(tail(after, kernel)).isEqualTo(tail(before, kernel));
    assertThat(after).isNotEqualTo(before);
  }

  private static INDArray tail(INDArray params, long from) {
    return params.reshape(params.length()).get(interval(from, params.length())).dup();
  }
}
