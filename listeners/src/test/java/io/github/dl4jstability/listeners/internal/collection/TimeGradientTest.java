package io.github.dl4jstability.listeners.internal.collection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.nd4j.linalg.indexing.NDArrayIndex.all;
import static org.nd4j.linalg.indexing.NDArrayIndex.interval;
import static org.nd4j.linalg.indexing.NDArrayIndex.point;

import io.github.dl4jstability.listeners.internal.observation.Inspection.GradientThroughTime;
import io.github.dl4jstability.listeners.internal.observation.Observation;
import java.util.List;
import org.apache.commons.math3.stat.regression.SimpleRegression;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.GravesLSTM;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

class TimeGradientTest {

  private static MultiLayerNetwork network(Layer recurrent, RNNFormat format, boolean last) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            Watching.configuration()
                .dataType(DataType.DOUBLE)
                .updater(new Sgd(0))
                .list()
                .layer(recurrent)
                .layer(
                    last
                        ? new OutputLayer.Builder().nOut(2).activation(Activation.SOFTMAX).build()
                        : new RnnOutputLayer.Builder()
                            .nOut(2)
                            .dataFormat(format)
                            .activation(Activation.SOFTMAX)
                            .build())
                .setInputType(InputType.recurrent(3, 20, format))
                .build());
    network.init();
    return network;
  }

  private static GradientThroughTime measured(
      MultiLayerNetwork network, int steps, boolean last, RNNFormat format) {
    INDArray features =
        format == RNNFormat.NCW
            ? Nd4j.randn(DataType.DOUBLE, 6, 3, steps)
            : Nd4j.randn(DataType.DOUBLE, 6, steps, 3);
    INDArray labels =
        last
            ? Nd4j.ones(6, 2).divi(2)
            : format == RNNFormat.NCW
                ? Nd4j.ones(6, 2, steps).divi(2)
                : Nd4j.ones(6, steps, 2).divi(2);
    Observation seen = Watching.train(network, new DataSet(features, labels));
    return seen.inspection().orElseThrow().gradientsThroughTime().get(0);
  }

  @ParameterizedTest
  @EnumSource(RNNFormat.class)
  void shouldFindTheRateOfALinearRecurrence(RNNFormat format) {
    // With NWC and a gain above 1 Deeplearning4j's own gradient of this layer is not finite.
    double[] gains = format == RNNFormat.NCW ? new double[] {0.5, 1, 1.5} : new double[] {0.5, 1};
    for (double gain : gains) {
      MultiLayerNetwork network =
          network(
              new SimpleRnn.Builder()
                  .nOut(4)
                  .dataFormat(format)
                  .dropOut(format == RNNFormat.NCW ? new Dropout(0.5) : null)
                  .activation(Activation.IDENTITY)
                  .build(),
              format,
              false);
      network.setParam("0_RW", Nd4j.eye(4).castTo(DataType.DOUBLE).muli(gain));
      GradientThroughTime through = measured(network, 20, false, format);
      assertThat(through.steps()).isEqualTo(20);
      // h(t) = gain·h(t − 1) + W·x(t): the gradient changes by exactly the gain at each step.
      assertThat(through.decadesPerStep()).isCloseTo(Math.log10(gain), within(1e-6));
    }
  }

  private static GradientThroughTime tanhWith(double... recurrentDiagonal) {
    MultiLayerNetwork network =
        network(
            new SimpleRnn.Builder()
                .nOut(recurrentDiagonal.length)
                .activation(Activation.TANH)
                .build(),
            RNNFormat.NCW,
            false);
    network.setParam("0_RW", Nd4j.diag(Nd4j.createFromArray(recurrentDiagonal)));
    return measured(network, 60, false, RNNFormat.NCW);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 0.9, 1})
  void shouldTellWhatTheWeightsForgetFromWhatTheInputsSaturate(double gain) {
    GradientThroughTime through = tanhWith(gain, gain, gain, gain);
    // Near 0 tanh is linear: the gradient changes by the gain at each step.
    assertThat(through.decadesNearZero()).isCloseTo(Math.log10(gain), within(1e-5));
    // Elsewhere its slope is below 1.
    assertThat(through.decadesPerStep()).isLessThan(Math.log10(gain) - 0.02);
  }

  @Test
  void shouldNotTakeTheLargestEigenvalueForTheScaleOfTheWeights() {
    // Over all 60 steps the fit would give log10 0.9 = −0.05.
    assertThat(tanhWith(0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.9).decadesNearZero())
        .isBetween(Math.log10(0.5), -0.1);
  }

  @Test
  void shouldAgreeWithTheLayersOwnBackpropagation() {
    for (Layer layer :
        List.of(
            new LSTM.Builder().nOut(5).build(),
            new GravesLSTM.Builder().nOut(5).build(),
            new LastTimeStep(new LSTM.Builder().nOut(5).build()),
            new LastTimeStep(new SimpleRnn.Builder().nOut(5).build()),
            new Bidirectional(new LSTM.Builder().nOut(5).build()))) {
      boolean last = layer instanceof LastTimeStep;
      MultiLayerNetwork network = network(layer, RNNFormat.NCW, last);
      network.params().muli(2);
      INDArray features = Nd4j.randn(DataType.DOUBLE, 4, 3, 16);
      INDArray labels = last ? Nd4j.ones(4, 2).divi(2) : Nd4j.ones(4, 2, 16).divi(2);
      GradientThroughTime through =
          Watching.train(network, new DataSet(features, labels))
              .inspection()
              .orElseThrow()
              .gradientsThroughTime()
              .get(0);
      assertThat(through.steps()).isEqualTo(16);
      // All directions of the output here, one random direction there.
      assertThat(through.decadesPerStep())
          .as(layer.toString())
          .isCloseTo(slopeByDifferences(network, features), within(0.03));
    }
  }

  /** Fits the norm of all derivatives of the last output, by differences of two forward passes. */
  private static double slopeByDifferences(MultiLayerNetwork network, INDArray features) {
    int steps = (int) features.size(2);
    double step = 1e-4;
    SimpleRegression fit = new SimpleRegression();
    for (int t = 0; t < steps; t++) {
      double squares = 0;
      for (int feature = 0; feature < features.size(1); feature++) {
        INDArray above = features.dup();
        INDArray below = features.dup();
        above.get(all(), point(feature), point(t)).addi(step);
        below.get(all(), point(feature), point(t)).subi(step);
        INDArray difference = lastOutput(network, above).subi(lastOutput(network, below));
        squares += Math.pow(difference.norm2Number().doubleValue() / (2 * step), 2);
      }
      fit.addData(steps - 1.0 - t, Math.log10(Math.sqrt(squares)));
    }
    return fit.getSlope();
  }

  /** The first five units: the forward direction of a layer that has two. */
  private static INDArray lastOutput(MultiLayerNetwork network, INDArray features) {
    INDArray output = network.feedForward(features, false).get(1);
    return output.rank() == 2
        ? output.dup()
        : output.get(all(), interval(0, 5), point(output.size(2) - 1)).dup();
  }

  @Test
  void shouldFadeTheMoreTheSmallerTheForgetGate() {
    double[] slopes = new double[3];
    double[] biases = {-3, 0, 3};
    for (int i = 0; i < 3; i++) {
      MultiLayerNetwork network =
          network(
              new LSTM.Builder().nOut(8).forgetGateBiasInit(biases[i]).build(),
              RNNFormat.NCW,
              false);
      network.getParam("0_RW").muli(0.01);
      slopes[i] = measured(network, 60, false, RNNFormat.NCW).decadesPerStep();
    }
    // With little recurrence the cell decays by about the forget gate, σ(bias), at each step.
    assertThat(slopes[0]).isLessThan(slopes[1]);
    assertThat(slopes[1]).isCloseTo(Math.log10(0.5), within(0.1));
    assertThat(slopes[2]).isCloseTo(Math.log10(1 / (1 + Math.exp(-3))), within(0.05));
  }

  @Test
  void shouldTellAGradientThatIsZero() {
    MultiLayerNetwork network =
        network(
            new SimpleRnn.Builder().nOut(4).activation(Activation.TANH).build(),
            RNNFormat.NCW,
            false);
    network.getParam("0_RW").assign(0);
    assertThat(measured(network, 12, false, RNNFormat.NCW).decadesPerStep())
        .isEqualTo(Double.NEGATIVE_INFINITY);
  }

  @Test
  void shouldSayNothingOfShortSequences() {
    MultiLayerNetwork network = network(new LSTM.Builder().nOut(4).build(), RNNFormat.NCW, false);
    assertThat(measured(network, 7, false, RNNFormat.NCW)).isEqualTo(GradientThroughTime.ABSENT);
  }
}
