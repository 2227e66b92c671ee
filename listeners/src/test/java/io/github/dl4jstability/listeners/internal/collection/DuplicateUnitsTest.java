package io.github.dl4jstability.listeners.internal.collection;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jstability.listeners.internal.observation.Inspection.Twins;
import io.github.dl4jstability.listeners.internal.observation.Observation;
import java.util.List;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.GravesLSTM;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.nn.weights.WeightInit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;

class DuplicateUnitsTest {

  private static INDArray oneHot(int examples) {
    INDArray labels = Nd4j.zeros(examples, 3);
    for (int i = 0; i < examples; i++) {
      labels.putScalar(i, i % 3, 1);
    }
    return labels;
  }

  private static MultiLayerNetwork dense(WeightInit init, WeightInit outputInit, DataType type) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            Watching.configuration()
                .dataType(type)
                .updater(new Sgd(0.1))
                .list()
                .layer(layer(new DenseLayer.Builder().nOut(300), init))
                .layer(layer(new DenseLayer.Builder().nOut(5), init))
                .layer(
                    new OutputLayer.Builder()
                        .nOut(3)
                        .weightInit(outputInit)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.feedForward(200))
                .build());
    network.init();
    return network;
  }

  private static Layer layer(FeedForwardLayer.Builder<?> builder, WeightInit init) {
    return builder.weightInit(init).activation(Activation.TANH).build();
  }

  private static List<Twins> twins(MultiLayerNetwork network, DataSet batch, int iterations) {
    DataSet[] batches = new DataSet[iterations];
    java.util.Arrays.fill(batches, batch);
    Observation last = Watching.train(network, batches);
    return last.inspection().orElseThrow().twins();
  }

  private static DataSet vectors(DataType type) {
    return new DataSet(Nd4j.randn(type, 16, 200), oneHot(16).castTo(type));
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT", "DOUBLE"})
  void shouldFindAllUnitsOfConstantLayersIdentical(DataType type) {
    List<Twins> twins = twins(dense(WeightInit.ONES, WeightInit.ONES, type), vectors(type), 3);
    assertThat(twins).containsExactly(new Twins(300, 300, 1), new Twins(5, 5, 1), Twins.ABSENT);
  }

  @Test
  void shouldFindNoneAmongRandomUnits() {
    List<Twins> twins =
        twins(
            dense(WeightInit.XAVIER, WeightInit.XAVIER, DataType.FLOAT),
            vectors(DataType.FLOAT),
            3);
    assertThat(twins).containsExactly(new Twins(300, 0, 300), new Twins(5, 0, 5), Twins.ABSENT);
  }

  @Test
  void shouldNotCallUnitsTwinsThatPartAtOnce() {
    MultiLayerNetwork network = dense(WeightInit.ZERO, WeightInit.XAVIER, DataType.FLOAT);
    network.setParam("0_W", Nd4j.randn(200, 300).muli(0.05));
    // The second layer starts constant, but each unit has its own way out.
    assertThat(twins(network, vectors(DataType.FLOAT), 1).get(1)).isEqualTo(new Twins(5, 0, 5));
  }

  @Test
  void shouldCountGroupsOfCopiedUnits() {
    MultiLayerNetwork network = dense(WeightInit.XAVIER, WeightInit.XAVIER, DataType.FLOAT);
    copyUnit(network, 7, 250);
    copyUnit(network, 7, 12);
    copyUnit(network, 100, 101);
    assertThat(twins(network, vectors(DataType.FLOAT), 3).get(0)).isEqualTo(new Twins(300, 5, 297));
  }

  @Test
  void shouldNotCallUnitsTwinsBesideAnExplodedOne() {
    MultiLayerNetwork network = dense(WeightInit.XAVIER, WeightInit.XAVIER, DataType.FLOAT);
    network.getParam("0_W").getColumn(3).muli(1e12);
    assertThat(twins(network, vectors(DataType.FLOAT), 2).get(0)).isEqualTo(new Twins(300, 0, 300));
  }

  private static void copyUnit(MultiLayerNetwork network, int from, int to) {
    INDArray in = network.getParam("0_W");
    in.putColumn(to, in.getColumn(from).dup());
    INDArray out = network.getParam("1_W");
    out.putRow(to, out.getRow(from).dup());
  }

  @Test
  void shouldFindCopiedChannels() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            Watching.configuration()
                .updater(new Sgd(0.1))
                .list()
                .layer(
                    new ConvolutionLayer.Builder(3, 3).nOut(6).activation(Activation.TANH).build())
                .layer(
                    new ConvolutionLayer.Builder(2, 2).nOut(4).activation(Activation.TANH).build())
                .layer(new OutputLayer.Builder().nOut(3).activation(Activation.SOFTMAX).build())
                .setInputType(InputType.convolutional(7, 7, 2))
                .build());
    network.init();
    INDArray in = network.getParam("0_W");
    in.slice(4).assign(in.slice(1).dup());
    INDArray out = network.getParam("1_W");
    out.tensorAlongDimension(4, 0, 2, 3).assign(out.tensorAlongDimension(1, 0, 2, 3).dup());
    DataSet batch = new DataSet(Nd4j.randn(8, 2, 7, 7), oneHot(8));
    assertThat(twins(network, batch, 3).subList(0, 2))
        .containsExactly(new Twins(6, 2, 5), new Twins(4, 0, 4));
  }

  @ParameterizedTest
  @ValueSource(strings = {"simple", "lstm", "graves", "bidirectional"})
  void shouldJudgeRecurrentUnitsOverAllTheirGates(String kind) {
    for (boolean constant : new boolean[] {true, false}) {
      WeightInit init = constant ? WeightInit.ONES : WeightInit.XAVIER;
      Layer recurrent =
          switch (kind) {
            case "simple" -> layer(new SimpleRnn.Builder().nOut(6), init);
            case "lstm" -> layer(new LSTM.Builder().nOut(6), init);
            case "graves" -> layer(new GravesLSTM.Builder().nOut(6), init);
            default -> new Bidirectional(layer(new LSTM.Builder().nOut(6), init));
          };
      MultiLayerNetwork network =
          new MultiLayerNetwork(
              Watching.configuration()
                  .updater(new Sgd(0.1))
                  .list()
                  .layer(recurrent)
                  .layer(
                      new RnnOutputLayer.Builder()
                          .nOut(2)
                          .weightInit(init)
                          .activation(Activation.SOFTMAX)
                          .build())
                  .setInputType(InputType.recurrent(4))
                  .build());
      network.init();
      INDArray labels = Nd4j.zeros(5, 2, 9);
      labels.tensorAlongDimension(1, 0, 2).assign(1);
      Twins twins = twins(network, new DataSet(Nd4j.randn(5, 4, 9), labels), 2).get(0);
      int directions = kind.equals("bidirectional") ? 2 : 1;
      assertThat(twins)
          .isEqualTo(
              constant
                  ? new Twins(6 * directions, 6 * directions, directions)
                  : new Twins(6 * directions, 0, 6 * directions));
    }
  }

  @Test
  void shouldLeaveOutEmbeddingsFrozenLayersAndSingleUnits() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            Watching.configuration()
                .weightInit(new NormalDistribution(0, 0.1))
                .updater(new Adam(0.1))
                .list()
                .layer(new EmbeddingLayer.Builder().nIn(9).nOut(4).build())
                .layer(new DenseLayer.Builder().nOut(4).build())
                .layer(new DenseLayer.Builder().nOut(1).build())
                .layer(new OutputLayer.Builder().nOut(3).activation(Activation.SOFTMAX).build())
                .setInputType(InputType.feedForward(9))
                .build());
    network.init();
    MultiLayerNetwork frozen = new TransferLearning.Builder(network).setFeatureExtractor(1).build();
    INDArray indices = Nd4j.createFromArray(0f, 1, 2, 3, 4, 5).reshape(6, 1);
    assertThat(twins(frozen, new DataSet(indices, oneHot(6)), 1)).containsOnly(Twins.ABSENT);
  }
}
