package io.github.dl4jstability.initializers.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jstability.initializers.Distribution;
import io.github.dl4jstability.initializers.FanMode;
import io.github.dl4jstability.initializers.LeCunNormal;
import io.github.dl4jstability.initializers.VarianceScaling;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.AutoEncoder;
import org.deeplearning4j.nn.conf.layers.CapsuleLayer;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.Deconvolution3D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.GravesBidirectionalLSTM;
import org.deeplearning4j.nn.conf.layers.GravesLSTM;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LearnedSelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.LocallyConnected1D;
import org.deeplearning4j.nn.conf.layers.LocallyConnected2D;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PrimaryCapsules;
import org.deeplearning4j.nn.conf.layers.RecurrentAttentionLayer;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.layers.variational.VariationalAutoencoder;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the network's initializer draws is as wide as the fans in its table say, for every layer
 * type, many shapes and strides. (That those fans are true is shown by {@link TrueFansTest}.)
 */
class DrawnSpreadTest {

  private static final int CONFIGURATIONS = 12;
  private static final IWeightInit BY_FAN_OUT =
      new VarianceScaling(1, FanMode.FAN_OUT, Distribution.UNIFORM);

  /** Draws numbers for one random configuration. */
  private record Draw(Random random) {

    int upTo(int limit) {
      return 1 + random.nextInt(limit);
    }

    int[] pair(int limit) {
      return new int[] {upTo(limit), upTo(limit)};
    }

    int[] triple(int limit) {
      return new int[] {upTo(limit), upTo(limit), upTo(limit)};
    }

    InputType flat() {
      return InputType.feedForward(upTo(60));
    }

    InputType series() {
      return InputType.recurrent(upTo(40), 12);
    }

    InputType image() {
      return InputType.convolutional(14, 14, upTo(40));
    }

    InputType volume() {
      return InputType.convolutional3D(8, 8, 8, upTo(6));
    }
  }

  private record Case(InputType input, List<Layer> layers) {

    Case(InputType input, Layer... layers) {
      this(input, List.of(layers));
    }
  }

  private record Kind(String name, Function<Draw, Case> draw) {

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Kind> kinds() {
    return Stream.of(
        flat("dense", d -> new DenseLayer.Builder().nOut(d.upTo(60)).build()),
        flat("output", d -> new OutputLayer.Builder().nOut(d.upTo(60)).build()),
        flat("autoencoder", d -> new AutoEncoder.Builder().nOut(d.upTo(60)).build()),
        flat("variational autoencoder", DrawnSpreadTest::variational),
        series("convolution 1d", DrawnSpreadTest::convolution1d),
        series("locally connected 1d", DrawnSpreadTest::local1d),
        series("simple recurrent", d -> new SimpleRnn.Builder().nOut(d.upTo(40)).build()),
        series("LSTM", d -> new LSTM.Builder().nOut(d.upTo(40)).build()),
        series("Graves LSTM", d -> new GravesLSTM.Builder().nOut(d.upTo(40)).build()),
        series(
            "Graves bidirectional LSTM",
            d -> new GravesBidirectionalLSTM.Builder().nOut(d.upTo(40)).build()),
        series(
            "bidirectional", d -> new Bidirectional(new LSTM.Builder().nOut(d.upTo(40)).build())),
        series(
            "last time step",
            d -> new LastTimeStep(new SimpleRnn.Builder().nOut(d.upTo(40)).build())),
        series("self attention", DrawnSpreadTest::selfAttention),
        series("learned self attention", DrawnSpreadTest::learnedAttention),
        series("recurrent attention", DrawnSpreadTest::recurrentAttention),
        image("convolution 2d", DrawnSpreadTest::convolution2d),
        image("deconvolution 2d", DrawnSpreadTest::deconvolution2d),
        image("depthwise convolution", DrawnSpreadTest::depthwise),
        image("separable convolution", DrawnSpreadTest::separable),
        image("locally connected 2d", DrawnSpreadTest::local2d),
        image("primary capsules", DrawnSpreadTest::primaryCapsules),
        new Kind("capsules", DrawnSpreadTest::capsules),
        new Kind("convolution 3d", d -> new Case(d.volume(), convolution3d(d))),
        new Kind("deconvolution 3d", d -> new Case(d.volume(), deconvolution3d(d))));
  }

  private static Kind flat(String name, Function<Draw, Layer> layer) {
    return new Kind(name, d -> new Case(d.flat(), layer.apply(d)));
  }

  private static Kind series(String name, Function<Draw, Layer> layer) {
    return new Kind(name, d -> new Case(d.series(), layer.apply(d)));
  }

  private static Kind image(String name, Function<Draw, Layer> layer) {
    return new Kind(name, d -> new Case(d.image(), layer.apply(d)));
  }

  private static Layer variational(Draw d) {
    return new VariationalAutoencoder.Builder()
        .encoderLayerSizes(d.upTo(30), d.upTo(30))
        .decoderLayerSizes(d.upTo(30))
        .nOut(d.upTo(10))
        .build();
  }

  private static Layer convolution1d(Draw d) {
    return new Convolution1DLayer.Builder(d.upTo(4))
        .stride(d.upTo(3))
        .dilation(d.upTo(2))
        .nOut(d.upTo(40))
        .build();
  }

  private static Layer local1d(Draw d) {
    return new LocallyConnected1D.Builder()
        .kernelSize(d.upTo(4))
        .stride(d.upTo(3))
        .nOut(d.upTo(20))
        .setInputSize(12)
        .build();
  }

  private static Layer selfAttention(Draw d) {
    return new SelfAttentionLayer.Builder()
        .nOut(d.upTo(30))
        .nHeads(d.upTo(4))
        .headSize(d.upTo(10))
        .projectInput(true)
        .build();
  }

  private static Layer learnedAttention(Draw d) {
    return new LearnedSelfAttentionLayer.Builder()
        .nOut(d.upTo(30))
        .nHeads(d.upTo(4))
        .headSize(d.upTo(10))
        .nQueries(d.upTo(4))
        .projectInput(true)
        .build();
  }

  private static Layer recurrentAttention(Draw d) {
    return new RecurrentAttentionLayer.Builder()
        .nOut(d.upTo(30))
        .nHeads(d.upTo(4))
        .headSize(d.upTo(10))
        .projectInput(true)
        .build();
  }

  private static Layer convolution2d(Draw d) {
    return new ConvolutionLayer.Builder(d.pair(4))
        .stride(d.pair(3))
        .dilation(d.pair(2))
        .nOut(d.upTo(40))
        .build();
  }

  private static Layer deconvolution2d(Draw d) {
    return new Deconvolution2D.Builder(d.pair(4))
        .stride(d.pair(3))
        .convolutionMode(ConvolutionMode.Same)
        .nOut(d.upTo(40))
        .build();
  }

  private static Layer depthwise(Draw d) {
    return new DepthwiseConvolution2D.Builder(d.pair(4))
        .stride(d.pair(3))
        .depthMultiplier(d.upTo(8))
        .build();
  }

  private static Layer separable(Draw d) {
    return new SeparableConvolution2D.Builder(d.pair(4))
        .stride(d.pair(3))
        .depthMultiplier(d.upTo(6))
        .nOut(d.upTo(30))
        .build();
  }

  private static Layer local2d(Draw d) {
    return new LocallyConnected2D.Builder()
        .kernelSize(d.pair(3))
        .stride(d.pair(3))
        .nOut(d.upTo(8))
        .setInputSize(14, 14)
        .build();
  }

  private static Layer primaryCapsules(Draw d) {
    return new PrimaryCapsules.Builder(d.upTo(8), d.upTo(8))
        .kernelSize(d.pair(3))
        .stride(d.pair(3))
        .build();
  }

  private static Case capsules(Draw d) {
    return new Case(
        InputType.convolutional(6, 6, d.upTo(4)),
        new PrimaryCapsules.Builder(d.upTo(4), d.upTo(3)).kernelSize(2, 2).stride(2, 2).build(),
        new CapsuleLayer.Builder(d.upTo(6), d.upTo(6), 1).build());
  }

  private static Layer convolution3d(Draw d) {
    return new Convolution3D.Builder(d.triple(3)).stride(d.triple(2)).nOut(d.upTo(8)).build();
  }

  private static Layer deconvolution3d(Draw d) {
    return new Deconvolution3D.Builder()
        .kernelSize(d.triple(3))
        .stride(d.triple(2))
        .convolutionMode(ConvolutionMode.Same)
        .nOut(d.upTo(8))
        .build();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void shouldBeAsWideAsTheFansInTheTableWhenDrawn(Kind kind) {
    for (int i = 0; i < CONFIGURATIONS; i++) {
      Case drawn = kind.draw.apply(new Draw(new Random(1000 + i)));
      MultiLayerNetwork network = Networks.of(drawn.input, drawn.layers.toArray(Layer[]::new));

      assertDrawn(network, new LeCunNormal(), InitializationTable.Row::fanIn);
      assertDrawn(network, BY_FAN_OUT, InitializationTable.Row::fanOut);
    }
  }

  private static void assertDrawn(
      MultiLayerNetwork network,
      IWeightInit scheme,
      Function<InitializationTable.Row, Double> fan) {
    InitializationTable table =
        NetworkInitializer.with(RuleSet.of(Rule.weights(scheme))).seed(7).initialize(network);

    assertThat(table.rows()).anyMatch(row -> !row.scheme().equals("unchanged"));
    for (InitializationTable.Row row : table.rows()) {
      double count = row.shape().stream().mapToDouble(Long::doubleValue).reduce(1, (a, b) -> a * b);
      if (!row.scheme().equals("unchanged") && count > 30) {
        double rootMeanSquare = rootMeanSquare(network, row);
        assertThat(rootMeanSquare * Math.sqrt(fan.apply(row)))
            .as("%s of %s", row, network.getLayerWiseConfigurations().getConf(0).getLayer())
            .isCloseTo(1, within(5 / Math.sqrt(2 * count)));
      }
    }
  }

  private static double rootMeanSquare(MultiLayerNetwork network, InitializationTable.Row row) {
    int layer = row.layer().equals("layer1") ? 1 : 0;
    double norm = network.getParam(layer + "_" + row.parameter()).norm2Number().doubleValue();
    double count = network.getParam(layer + "_" + row.parameter()).length();
    return norm / Math.sqrt(count);
  }

  /** 256 input channels, where the kernel once was 16 times too wide. */
  @Test
  void shouldBeAsWideAsTheFansWhenPrimaryCapsulesReadManyChannels() {
    MultiLayerNetwork network =
        Networks.of(
            InputType.convolutional(8, 8, 256),
            new PrimaryCapsules.Builder(8, 4).kernelSize(3, 3).build());

    assertDrawn(network, new LeCunNormal(), row -> 256.0 * 9);
  }

  /** 64 to 1 channels, where the kernel once was 2.09 times too wide. */
  @Test
  void shouldBeAsWideAsTheFansWhenADeconvolutionHasStrides() {
    MultiLayerNetwork network =
        Networks.of(
            InputType.convolutional(8, 8, 64),
            new Deconvolution2D.Builder(4, 4).stride(2, 2).nOut(1).build());

    assertDrawn(network, new LeCunNormal(), row -> 64 * 16 / 4.0);
  }
}
