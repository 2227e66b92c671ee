package io.github.dl4jstability.initializers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.GravesLSTM;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What the plain {@code weightInit(...)} of a configuration gives, without the network's help. */
class PassedFansTest {

  private static final InputType SERIES = InputType.recurrent(100, 9);
  private static final InputType IMAGE = InputType.convolutional(12, 12, 30);

  static Stream<Arguments> layers() {
    return Stream.of(
        Arguments.of(
            InputType.feedForward(100), new DenseLayer.Builder().nOut(90).build(), "W", 100),
        Arguments.of(IMAGE, new ConvolutionLayer.Builder(3, 3).nOut(40).build(), "W", 270),
        Arguments.of(SERIES, new Convolution1DLayer.Builder(5).nOut(40).build(), "W", 500),
        Arguments.of(
            SERIES, new Convolution1DLayer.Builder(5).stride(2).nOut(40).build(), "W", 500),
        Arguments.of(
            IMAGE, new DepthwiseConvolution2D.Builder(5, 5).depthMultiplier(7).build(), "W", 25),
        Arguments.of(SERIES, new SimpleRnn.Builder().nOut(60).build(), "W", 100),
        Arguments.of(SERIES, new LSTM.Builder().nOut(30).build(), "W", 100),
        Arguments.of(SERIES, new LSTM.Builder().nOut(30).build(), "RW", 30),
        Arguments.of(SERIES, new GravesLSTM.Builder().nOut(30).build(), "W", 100),
        Arguments.of(SERIES, new GravesLSTM.Builder().nOut(30).build(), "RW", 30));
  }

  private static MultiLayerNetwork network(InputType input, Layer layer) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .weightInit(new LeCunNormal())
                .list(layer)
                .setInputType(input)
                .build());
    network.init();
    return network;
  }

  @ParameterizedTest
  @MethodSource("layers")
  void shouldUseTheTrueFanInWhenTheShapeProvesIt(
      InputType input, Layer layer, String name, double fanIn) {
    INDArray weights = network(input, layer).getParam("0_" + name);

    double std = weights.stdNumber().doubleValue();

    double standardError = 1 / Math.sqrt(2.0 * weights.length());
    assertThat(std * Math.sqrt(fanIn)).isCloseTo(1, within(5 * standardError));
  }

  @Test
  void shouldReturnWhatIsPassedWhenNothingIsKnownToBeWrong() {
    assertThat(PassedFans.corrected(300, 200, new long[] {200, 500}, 'c'))
        .isEqualTo(new Fans(300, 200));
    assertThat(PassedFans.corrected(7, 9, new long[] {5, 5, 5, 5}, 'c')).isEqualTo(new Fans(7, 9));
    assertThat(PassedFans.corrected(0, 0, new long[0], 'f')).isEqualTo(new Fans(0, 0));
  }

  @Test
  void shouldGiveFiniteSlopesWhenPReLUHasTheScheme() {
    MultiLayerNetwork network =
        network(
            InputType.feedForward(6),
            new PReLULayer.Builder()
                .nIn(6)
                .nOut(6)
                .inputShape(6)
                .weightInit(new HeNormal())
                .build());

    assertThat(network.params().amaxNumber().doubleValue()).isZero();
  }
}
