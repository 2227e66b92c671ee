package io.github.dl4jstability.listeners.internal.collection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jstability.listeners.internal.observation.Inspection;
import io.github.dl4jstability.listeners.internal.observation.Inspection.ColumnScales;
import io.github.dl4jstability.listeners.internal.observation.Inspection.OutputSpread;
import io.github.dl4jstability.listeners.internal.observation.Observation;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class ScalesTest {

  private static MultiLayerNetwork network(
      int inputs, int outputs, LossFunction loss, Activation activation) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            Watching.configuration()
                .dataType(DataType.DOUBLE)
                .updater(new Sgd(0))
                .list()
                .layer(new DenseLayer.Builder().nOut(6).activation(Activation.TANH).build())
                .layer(new OutputLayer.Builder(loss).nOut(outputs).activation(activation).build())
                .setInputType(InputType.feedForward(inputs))
                .build());
    network.init();
    return network;
  }

  private static Inspection inspection(Observation observation) {
    return observation.inspection().orElseThrow();
  }

  @Test
  void shouldCompareColumnsOverAllMinibatchesSeen() {
    INDArray columns = Nd4j.createFromArray(100.0, 0, 2).reshape(1, 3);
    INDArray offsets = Nd4j.createFromArray(-50.0, 7, 1000).reshape(1, 3);
    DataSet[] batches = new DataSet[40];
    INDArray all = Nd4j.zeros(DataType.DOUBLE, 40 * 3, 3);
    for (int i = 0; i < batches.length; i++) {
      INDArray features =
          Nd4j.randn(DataType.DOUBLE, 3, 3).muliRowVector(columns).addiRowVector(offsets);
      for (int row = 0; row < 3; row++) {
        all.putRow(i * 3L + row, features.getRow(row));
      }
      batches[i] = new DataSet(features, Nd4j.rand(DataType.DOUBLE, 3, 2).muli(1e4));
    }
    Inspection last =
        inspection(Watching.train(network(3, 2, LossFunction.MSE, Activation.IDENTITY), batches));
    INDArray deviations = all.std(false, 0);
    ColumnScales scales = last.inputs().get(0);
    assertThat(scales.columns()).isEqualTo(3);
    assertThat(scales.examples()).isEqualTo(120);
    assertThat(scales.smallestDeviation()).isCloseTo(deviations.getDouble(2), within(1e-9));
    assertThat(scales.largestDeviation()).isCloseTo(deviations.getDouble(0), within(1e-9));
    assertThat(scales.medianDeviation())
        .isCloseTo((deviations.getDouble(0) + deviations.getDouble(2)) / 2, within(1e-9));
    assertThat(scales.largestOffset())
        .isCloseTo(all.mean(0).getDouble(2) / deviations.getDouble(2), within(1e-6));
    assertThat(scales.rootMeanSquare())
        .isCloseTo(all.norm2Number().doubleValue() / Math.sqrt(360), within(1e-9));
    assertThat(last.labels().get(0).largestDeviation()).isBetween(2000.0, 3500.0);
  }

  @Test
  void shouldLookAtFeaturesMoreRarelyTheMoreItHasSeen() {
    DataSet[] batches = new DataSet[200];
    Arrays.setAll(
        batches,
        i -> new DataSet(Nd4j.randn(DataType.DOUBLE, 3, 3), Nd4j.rand(DataType.DOUBLE, 3, 2)));
    ColumnScales scales =
        inspection(Watching.train(network(3, 2, LossFunction.MSE, Activation.IDENTITY), batches))
            .inputs()
            .get(0);
    assertThat(scales.examples())
        .as("each of 50 minibatches, each second of 50, each fourth of 100")
        .isEqualTo(3 * (50 + 25 + 25));
    assertThat(scales.medianDeviation()).isBetween(0.8, 1.2);
  }

  @Test
  void shouldLeavePaddedStepsAndIndicesOut() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            Watching.configuration()
                .updater(new Sgd(0))
                .list()
                .layer(new LSTM.Builder().nOut(4).build())
                .layer(new RnnOutputLayer.Builder().nOut(3).activation(Activation.SOFTMAX).build())
                .setInputType(InputType.recurrent(2))
                .build());
    network.init();
    INDArray features = Nd4j.valueArrayOf(new long[] {4, 2, 10}, 5f);
    INDArray labels = Nd4j.zeros(4, 3, 10);
    INDArray mask = Nd4j.ones(4, 10);
    for (int example = 0; example < 4; example++) {
      for (int step = 0; step < 10; step++) {
        labels.putScalar(example, step < 3 ? 0 : 1, step, 1);
        if (step >= 6) {
          mask.putScalar(example, step, 0);
          features.putScalar(example, 0, step, 0).putScalar(example, 1, step, 0);
        }
      }
    }
    Inspection seen =
        inspection(Watching.train(network, new DataSet(features, labels, mask, mask.dup())));
    assertThat(seen.inputs().get(0).examples()).isEqualTo(24);
    assertThat(seen.inputs().get(0).largestDeviation()).isZero();
    assertThat(seen.inputs().get(0).rootMeanSquare()).isEqualTo(5);
    assertThat(seen.labels().get(0).examples()).isEqualTo(24);
    // Two classes half of the time each, over the six steps that count.
    assertThat(seen.baselineLosses().get(0)).isCloseTo(6 * Math.log(2), within(1e-9));

    MultiLayerNetwork embedding =
        new MultiLayerNetwork(
            Watching.configuration()
                .list()
                .layer(new EmbeddingSequenceLayer.Builder().nIn(50).nOut(7).inputLength(4).build())
                .layer(
                    new RnnOutputLayer.Builder()
                        .dataFormat(org.deeplearning4j.nn.conf.RNNFormat.NCW)
                        .nIn(7)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
    embedding.init();
    DataSet indices = new DataSet(Nd4j.ones(4, 4), Nd4j.ones(4, 3, 4).divi(3));
    assertThat(inspection(Watching.train(embedding, indices)).inputs())
        .containsExactly(ColumnScales.ABSENT);
  }

  @ParameterizedTest
  @EnumSource(
      value = LossFunction.class,
      names = {"MCXENT", "NEGATIVELOGLIKELIHOOD", "XENT", "MSE", "L2", "MEAN_ABSOLUTE_ERROR"})
  void shouldKnowTheLossOfTheBestConstantAnswer(LossFunction loss) {
    boolean classes = loss == LossFunction.MCXENT || loss == LossFunction.NEGATIVELOGLIKELIHOOD;
    boolean binary = loss == LossFunction.XENT;
    Activation activation =
        classes ? Activation.SOFTMAX : binary ? Activation.SIGMOID : Activation.IDENTITY;
    MultiLayerNetwork network = network(3, 2, loss, activation);
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, 10, 2);
    for (int i = 0; i < 10; i++) {
      labels.putScalar(i, 0, i < 7 ? 1 : 0).putScalar(i, 1, i < 7 && !binary ? 0 : 1);
      if (!classes && !binary) {
        labels.putScalar(i, 1, 3 * i);
      }
    }
    // The constant answer: all weights 0, and biases whose activation is the mean of the labels.
    network.params().assign(0);
    INDArray means = labels.mean(0);
    double first = means.getDouble(0);
    double second = means.getDouble(1);
    if (classes) {
      network.setParam("1_b", row(Math.log(first), Math.log(second)));
    } else if (binary) {
      network.setParam("1_b", row(Math.log(first / (1 - first)), 40));
    } else {
      network.setParam("1_b", row(first, second));
    }
    Observation seen =
        Watching.train(network, new DataSet(Nd4j.randn(DataType.DOUBLE, 10, 3), labels));
    double baseline = inspection(seen).baselineLosses().get(0);
    if (loss == LossFunction.MEAN_ABSOLUTE_ERROR) {
      assertThat(baseline).isNaN();
    } else {
      // Binary cross-entropy clips its probabilities at 1e-5.
      assertThat(baseline).isCloseTo(seen.score(), within(2e-5));
    }
  }

  @Test
  void shouldTakeIndicesOfClassesForOneColumnEach() {
    DataSet oneHot = classes(31);
    DataSet indices = oneHot.copy();
    indices.setLabels(oneHot.getLabels().argMax(1).castTo(DataType.DOUBLE).reshape(31, 1));
    Observation seen =
        Watching.train(network(3, 4, LossFunction.SPARSE_MCXENT, Activation.SOFTMAX), indices);
    Observation same =
        Watching.train(network(3, 4, LossFunction.MCXENT, Activation.SOFTMAX), oneHot);
    assertThat(seen.score()).isCloseTo(same.score(), within(1e-9));
    assertThat(inspection(seen).baselineLosses().get(0))
        .isCloseTo(inspection(same).baselineLosses().get(0), within(1e-9));
    assertThat(inspection(seen).labels()).isEqualTo(inspection(same).labels());
    assertThat(inspection(seen).outputs()).isEqualTo(inspection(same).outputs());
  }

  /** Of five steps the mask shows three, and no class but 0 and 2 among them. */
  @Test
  void shouldLeaveMaskedIndicesOfClassesOut() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            Watching.configuration()
                .dataType(DataType.DOUBLE)
                .updater(new Sgd(0))
                .list()
                .layer(new LSTM.Builder().nOut(4).build())
                .layer(
                    new RnnOutputLayer.Builder(LossFunction.SPARSE_MCXENT)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.recurrent(2))
                .build());
    network.init();
    INDArray mask = Nd4j.createFromArray(new double[][] {{1, 1, 1, 0, 0}, {1, 1, 1, 0, 0}});
    INDArray labels = Nd4j.createFromArray(new double[][][] {{{0, 2, 0, 1, 1}}, {{0, 0, 2, 1, 1}}});
    Observation seen =
        Watching.train(
            network, new DataSet(Nd4j.randn(DataType.DOUBLE, 2, 2, 5), labels, mask, mask));
    double share = 4 / 6.0;
    double entropy = -share * Math.log(share) - (1 - share) * Math.log(1 - share);
    assertThat(inspection(seen).baselineLosses().get(0)).isCloseTo(3 * entropy, within(1e-9));
  }

  @ParameterizedTest
  @EnumSource(
      value = LossFunction.class,
      names = {"MCXENT", "NEGATIVELOGLIKELIHOOD", "XENT", "MSE", "L2", "MEAN_ABSOLUTE_ERROR"})
  void shouldKnowTheLossOfWeightedInputsThatAreZero(LossFunction loss) {
    boolean classes = loss == LossFunction.MCXENT || loss == LossFunction.NEGATIVELOGLIKELIHOOD;
    boolean binary = loss == LossFunction.XENT;
    Activation activation =
        classes ? Activation.SOFTMAX : binary ? Activation.SIGMOID : Activation.IDENTITY;
    INDArray labels = Nd4j.createFromArray(new double[][] {{1, 0}, {0, 1}, {0, 1}, {0, 1}, {0, 1}});
    if (!classes && !binary) {
      labels.muli(3).addi(1);
    }
    MultiLayerNetwork network = network(3, 2, loss, activation);
    network.params().assign(0);
    DataSet data = new DataSet(Nd4j.randn(DataType.DOUBLE, 5, 3), labels);
    Observation seen = Watching.train(network, data);
    double zero = inspection(seen).zeroLosses().get(0);
    if (loss == LossFunction.MEAN_ABSOLUTE_ERROR) {
      assertThat(zero).isNaN();
    } else {
      assertThat(zero).isCloseTo(seen.score(), within(1e-9));
    }
  }

  @Test
  void shouldNotKnowTheLossOfZerosThatAnotherActivationFunctionBends() {
    MultiLayerNetwork network = network(3, 2, LossFunction.MSE, Activation.SOFTPLUS);
    DataSet data = new DataSet(Nd4j.randn(DataType.DOUBLE, 5, 3), Nd4j.ones(DataType.DOUBLE, 5, 2));
    assertThat(inspection(Watching.train(network, data)).zeroLosses()).containsExactly(Double.NaN);
  }

  private static INDArray row(double first, double second) {
    return Nd4j.createFromArray(first, second).reshape(1, 2);
  }

  @Test
  void shouldScaleTheBaselineWithTheLossWhenItIsASum() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            Watching.configuration()
                .dataType(DataType.DOUBLE)
                .miniBatch(false)
                .updater(new Sgd(0))
                .list()
                .layer(
                    new OutputLayer.Builder(LossFunction.MSE)
                        .nOut(2)
                        .activation(Activation.IDENTITY)
                        .build())
                .setInputType(InputType.feedForward(3))
                .build());
    network.init();
    network.params().assign(0);
    INDArray labels = Nd4j.createFromArray(new double[][] {{1, 2}, {-1, -2}});
    Observation seen =
        Watching.train(network, new DataSet(Nd4j.randn(DataType.DOUBLE, 2, 3), labels));
    assertThat(inspection(seen).baselineLosses().get(0)).isCloseTo(seen.score(), within(1e-9));
    assertThat(inspection(seen).zeroLosses().get(0)).isCloseTo(seen.score(), within(1e-9));
  }

  @Test
  void shouldComputeTheSpreadOfAnswersBetweenExamples() {
    MultiLayerNetwork network = network(3, 4, LossFunction.MCXENT, Activation.SOFTMAX);
    DataSet batch = classes(30);
    OutputSpread spread = inspection(Watching.train(network, batch)).outputs().get(0);
    INDArray answers = network.output(batch.getFeatures());
    assertThat(spread.examples()).isEqualTo(30);
    assertThat(spread.betweenExamples()).isCloseTo(rms(answers), within(1e-9));
    assertThat(spread.labelsBetweenExamples()).isCloseTo(rms(batch.getLabels()), within(1e-9));
    network.getParam("1_W").assign(0);
    assertThat(inspection(Watching.train(network, batch)).outputs().get(0).betweenExamples())
        .isZero();
  }

  /** A network whose outputs have a bias each. */
  private static MultiLayerNetwork biased() {
    MultiLayerNetwork network = network(3, 4, LossFunction.XENT, Activation.SIGMOID);
    network.getParam("1_b").assign(Nd4j.createFromArray(-3.0, 0, 2, 5).reshape(1, 4));
    return network;
  }

  @Test
  void shouldAddTheBiasOfEachUnitToItsAnswers() {
    MultiLayerNetwork network = biased();
    DataSet batch = classes(30);
    OutputSpread spread = inspection(Watching.train(network, batch)).outputs().get(0);
    assertThat(spread.betweenExamples())
        .isCloseTo(rms(network.output(batch.getFeatures())), within(1e-9));
  }

  /** 14,000 rows of 4 answers are too many to compute. */
  @Test
  void shouldComputeTheAnswersOfEvenlySpacedExamplesInALargeMinibatch() {
    MultiLayerNetwork network = biased();
    DataSet batch = classes(14_000);
    OutputSpread spread = inspection(Watching.train(network, batch)).outputs().get(0);
    int[] rows = IntStream.range(0, 32).map(i -> (int) (i * 14_000L / 32)).toArray();
    INDArray answers = network.output(batch.getFeatures()).getRows(rows);
    assertThat(spread.betweenExamples()).isCloseTo(rms(answers), within(1e-9));
  }

  private static DataSet classes(int examples) {
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, examples, 4);
    for (int i = 0; i < examples; i++) {
      labels.putScalar(i, i % 4, 1);
    }
    return new DataSet(Nd4j.randn(DataType.DOUBLE, examples, 3), labels);
  }

  private static double rms(INDArray rows) {
    INDArray deviations = rows.std(false, 0);
    return deviations.norm2Number().doubleValue() / Math.sqrt((double) deviations.length());
  }

  @Test
  void shouldLookAtEachOutputOfAGraph() {
    ComputationGraph graph =
        new ComputationGraph(
            Watching.configuration()
                .dataType(DataType.DOUBLE)
                .updater(new Sgd(0))
                .graphBuilder()
                .addInputs("a", "b")
                .addLayer("left", new DenseLayer.Builder().nOut(5).build(), "a")
                .addLayer("right", new DenseLayer.Builder().nOut(5).build(), "b")
                .addLayer(
                    "class",
                    new OutputLayer.Builder().nOut(4).activation(Activation.SOFTMAX).build(),
                    "left",
                    "right")
                .addLayer(
                    "value",
                    new OutputLayer.Builder(LossFunction.L2)
                        .nOut(1)
                        .activation(Activation.IDENTITY)
                        .build(),
                    "right")
                .setOutputs("class", "value")
                .setInputTypes(InputType.feedForward(3), InputType.feedForward(2))
                .build());
    graph.init();
    DataSet classes = classes(20);
    INDArray second = Nd4j.randn(DataType.DOUBLE, 20, 2).muli(30);
    INDArray values = Nd4j.randn(DataType.DOUBLE, 20, 1).addi(5);
    Watching watching = new Watching(graph, Watching.EVERY_ITERATION);
    graph.fit(
        new MultiDataSet(
            new INDArray[] {classes.getFeatures(), second},
            new INDArray[] {classes.getLabels(), values}));
    Inspection seen = inspection(watching.last());
    assertThat(seen.inputs()).extracting(ColumnScales::columns).containsExactly(3, 2);
    assertThat(seen.inputs().get(1).largestDeviation()).isGreaterThan(10);
    assertThat(seen.labels()).extracting(ColumnScales::columns).containsExactly(4, 1);
    assertThat(seen.baselineLosses().get(0)).isCloseTo(Math.log(4), within(1e-9));
    assertThat(seen.baselineLosses().get(1))
        .isCloseTo(values.varNumber().doubleValue() * 19 / 20, within(1e-6));
    INDArray[] answers = graph.output(classes.getFeatures(), second);
    for (int i = 0; i < 2; i++) {
      assertThat(seen.outputs().get(i).betweenExamples()).isCloseTo(rms(answers[i]), within(1e-9));
    }
  }
}
