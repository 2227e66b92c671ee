package io.github.dl4jstability.listeners.internal.collection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.nd4j.linalg.indexing.NDArrayIndex.all;
import static org.nd4j.linalg.indexing.NDArrayIndex.interval;

import io.github.dl4jstability.listeners.internal.observation.Inspection.Silence;
import io.github.dl4jstability.listeners.internal.observation.Observation;
import io.github.dl4jstability.listeners.internal.observation.UnitHealth;
import java.util.List;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
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

class DeadUnitsTest {
  private static final int UNITS = 20;

  private static MultiLayerNetwork dense(Activation activation, double retain) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            Watching.configuration()
                .updater(new Sgd(0))
                .list()
                .layer(new DenseLayer.Builder().nOut(UNITS).activation(activation).build())
                .layer(
                    new DenseLayer.Builder()
                        .nOut(4)
                        .activation(Activation.TANH)
                        .dropOut(retain < 1 ? new Dropout(retain) : null)
                        .build())
                .layer(new OutputLayer.Builder().nOut(3).activation(Activation.SOFTMAX).build())
                .setInputType(InputType.feedForward(8))
                .build());
    network.init();
    return network;
  }

  private static DataSet batch(int examples) {
    INDArray labels = Nd4j.zeros(examples, 3);
    for (int i = 0; i < examples; i++) {
      labels.putScalar(i, i % 3, 1);
    }
    return new DataSet(Nd4j.randn(examples, 8), labels);
  }

  private static Observation train(
      MultiLayerNetwork network, CollectionPlan plan, int examples, int iterations) {
    Watching watching = new Watching(network, plan);
    for (int i = 0; i < iterations; i++) {
      watching.fit(network, batch(examples));
    }
    return watching.last();
  }

  private static Silence silence(Observation observation, int layer) {
    return observation.inspection().orElseThrow().silence().get(layer);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 64})
  void shouldCountSilentUnitsAtAnyMinibatchSize(int examples) {
    MultiLayerNetwork network = dense(Activation.RELU, 1);
    for (int unit = 0; unit < 6; unit++) {
      network.getParam("0_b").putScalar(unit, -1000);
    }
    Silence silence = silence(train(network, Watching.EVERY_TWENTIETH, examples, 60 * 20 + 1), 0);
    assertThat(silence.units()).isEqualTo(UNITS);
    assertThat(silence.silent()).isEqualTo(6);
    assertThat(silence.examples()).isEqualTo(DeadUnitMeter.WINDOW);
    assertThat(silence.zeroShare()).isBetween(0.3, 1.0);
  }

  @Test
  void shouldKnowADeadUnitSoonAfterItDied() {
    MultiLayerNetwork network = dense(Activation.RELU, 1);
    Watching watching = new Watching(network, Watching.EVERY_TWENTIETH);
    for (int i = 0; i < 41; i++) {
      watching.fit(network, batch(64));
    }
    assertThat(silence(watching.last(), 0).silent()).isZero();
    network.getParam("0_b").assign(-1000);
    for (int i = 0; i < 40; i++) {
      watching.fit(network, batch(64));
    }
    assertThat(silence(watching.last(), 0).silent()).isEqualTo(UNITS);
  }

  @ParameterizedTest
  @EnumSource(
      value = Activation.class,
      names = {"RELU6", "THRESHOLDEDRELU", "LEAKYRELU", "ELU", "GELU", "SWISH"})
  void shouldCallSilentOnlyWhatPassesNothingOn(Activation activation) {
    MultiLayerNetwork network = dense(activation, 1);
    network.getParam("0_b").putScalar(3, -1000);
    Observation last = train(network, Watching.EVERY_ITERATION, 64, 20);
    boolean rectifier = activation == Activation.RELU6 || activation == Activation.THRESHOLDEDRELU;
    assertThat(silence(last, 0).isPresent()).isEqualTo(rectifier);
    if (activation == Activation.RELU6) {
      assertThat(silence(last, 0).silent()).isEqualTo(1);
    }
  }

  @Test
  void shouldNotTakeDropoutForSilence() {
    MultiLayerNetwork network = dense(Activation.RELU, 0.25);
    network.getParam("0_b").putScalar(3, -1000);
    MultiLayerNetwork without = dense(Activation.RELU, 1);
    without.setParams(network.params());
    Silence dropped = silence(train(network, Watching.EVERY_ITERATION, 400, 5), 0);
    Silence plain = silence(train(without, Watching.EVERY_ITERATION, 400, 5), 0);
    assertThat(dropped.silent()).isEqualTo(1);
    assertThat(dropped.zeroShare()).isCloseTo(plain.zeroShare(), within(0.05));
  }

  @ParameterizedTest
  @EnumSource(CNN2DFormat.class)
  void shouldFindChannelsInBothLayoutsAndInTheActivationLayer(CNN2DFormat format) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            Watching.configuration()
                .updater(new Sgd(0))
                .list()
                .layer(
                    new ConvolutionLayer.Builder(3, 3)
                        .dataFormat(format)
                        .nOut(6)
                        .activation(Activation.IDENTITY)
                        .build())
                .layer(new BatchNormalization.Builder().dataFormat(format).build())
                .layer(new ActivationLayer(Activation.RELU))
                .layer(new OutputLayer.Builder().nOut(3).activation(Activation.SOFTMAX).build())
                .setInputType(InputType.convolutional(7, 5, 2, format))
                .build());
    network.init();
    network.getParam("1_beta").putScalar(1, -1000).putScalar(4, -1000);
    long[] shape = format == CNN2DFormat.NCHW ? new long[] {8, 2, 7, 5} : new long[] {8, 7, 5, 2};
    DataSet batch = new DataSet(Nd4j.randn(DataType.FLOAT, shape), batch(8).getLabels());
    Observation last = Watching.train(network, batch, batch);
    assertThat(silence(last, 0).isPresent()).isFalse();
    assertThat(silence(last, 2).units()).isEqualTo(6);
    assertThat(silence(last, 2).silent()).isEqualTo(2);
    assertThat(last.structure().layers().get(2).setup().units()).isEqualTo(6);
  }

  @Test
  void shouldLeaveMaskedStepsOutOfTheShareOfZeros() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            Watching.configuration()
                .updater(new Sgd(0))
                .list()
                .layer(new DenseLayer.Builder().nOut(6).activation(Activation.RELU).build())
                .layer(new LSTM.Builder().nOut(4).build())
                .layer(new RnnOutputLayer.Builder().nOut(3).activation(Activation.SOFTMAX).build())
                .setInputType(InputType.recurrent(4))
                .build());
    network.init();
    int steps = 10;
    INDArray mask = Nd4j.ones(16, steps);
    for (int i = 0; i < 16; i++) {
      for (int t = 4; t < steps; t++) {
        mask.putScalar(i, t, 0);
      }
    }
    INDArray features = Nd4j.randn(DataType.FLOAT, 16, 4, steps);
    INDArray labels = Nd4j.ones(16, 3, steps).divi(3);
    Observation masked = Watching.train(network, new DataSet(features, labels, mask, mask.dup()));
    INDArray shown = features.get(all(), all(), interval(0, 4));
    INDArray head = network.feedForward(shown.dup(), false).get(1);
    double expected = head.eq(0).castTo(DataType.DOUBLE).meanNumber().doubleValue();
    assertThat(silence(masked, 0).zeroShare()).isCloseTo(expected, within(1e-6));
  }

  @Test
  void shouldUndoDropoutBeforeItCountsSaturation() {
    for (Activation activation : List.of(Activation.TANH, Activation.SIGMOID)) {
      MultiLayerNetwork network = dense(activation, 0.5);
      MultiLayerNetwork without = dense(activation, 1);
      without.setParams(network.params());
      for (MultiLayerNetwork each : List.of(network, without)) {
        each.getParam("0_b").putScalar(2, 50);
      }
      UnitHealth dropped = train(network, Watching.EVERY_ITERATION, 200, 1).unitHealth().get(0);
      UnitHealth plain = train(without, Watching.EVERY_ITERATION, 200, 1).unitHealth().get(0);
      assertThat(dropped.saturated()).as(activation.name()).isEqualTo(1);
      assertThat(dropped.saturatedShare()).isCloseTo(plain.saturatedShare(), within(0.02));
    }
  }

  @Test
  void shouldCollectExamplesBeforeItCountsSaturationAtMinibatchSize1() {
    MultiLayerNetwork network = dense(Activation.TANH, 1);
    network.getParam("0_b").putScalar(2, 50);
    Watching watching = new Watching(network, Watching.EVERY_TWENTIETH);
    for (int i = 0; i < 61; i++) {
      watching.fit(network, batch(1));
    }
    assertThat(watching.observations.get(0).unitHealth().get(0).isPresent()).isFalse();
    assertThat(watching.last().unitHealth().get(0).saturated()).isEqualTo(1);
  }

  @Test
  void shouldSeeEachBranchOfAGraph() {
    ComputationGraph graph =
        new ComputationGraph(
            Watching.configuration()
                .updater(new Sgd(0))
                .graphBuilder()
                .addInputs("in")
                .addLayer(
                    "a", new DenseLayer.Builder().nOut(5).activation(Activation.RELU).build(), "in")
                .addLayer(
                    "b",
                    new DenseLayer.Builder()
                        .nOut(5)
                        .activation(Activation.RELU)
                        .dropOut(new Dropout(0.5))
                        .build(),
                    "a")
                .addLayer(
                    "out",
                    new OutputLayer.Builder().nOut(3).activation(Activation.SOFTMAX).build(),
                    "a",
                    "b")
                .setOutputs("out")
                .setInputTypes(InputType.feedForward(8))
                .build());
    graph.init();
    graph.getParam("b_b").assign(-1000);
    Observation last = Watching.train(graph, batch(64), batch(64));
    assertThat(silence(last, 0).silent()).isZero();
    assertThat(silence(last, 1).silent()).isEqualTo(5);
    assertThat(last.structure().layers().get(0).setup().dropout()).isTrue();
  }
}
