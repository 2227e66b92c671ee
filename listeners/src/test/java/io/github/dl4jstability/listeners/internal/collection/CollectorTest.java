package io.github.dl4jstability.listeners.internal.collection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jstability.listeners.Networks;
import io.github.dl4jstability.listeners.PrintedLog;
import io.github.dl4jstability.listeners.UnreadableActivations;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure;
import io.github.dl4jstability.listeners.internal.observation.NonFinite.Stage;
import io.github.dl4jstability.listeners.internal.observation.Observation;
import io.github.dl4jstability.listeners.internal.observation.ThinningSchedule;
import io.github.dl4jstability.listeners.internal.observation.UnitHealth;
import io.github.dl4jstability.measurement.Moments;
import io.github.dl4jstability.measurement.Segment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;

class CollectorTest {
  private static final CollectionPlan EVERYTHING =
      new CollectionPlan(
          1,
          ThinningSchedule.ALWAYS,
          ThinningSchedule.ALWAYS,
          ThinningSchedule.ALWAYS,
          Optional.of(ThinningSchedule.ALWAYS));

  /** Collects, and keeps plain copies of what the hooks show, by Deeplearning4j's own names. */
  private static final class Recorder extends BaseTrainingListener {
    private final Collector collector;
    final List<Observation> observations = new ArrayList<>();
    final Map<String, INDArray> gradients = new HashMap<>();
    final Map<String, INDArray> updates = new HashMap<>();
    final Map<String, INDArray> activations = new HashMap<>();

    Recorder(Model model, CollectionPlan plan) {
      collector = Collector.of(model, plan);
    }

    @Override
    public void onForwardPass(Model model, List<INDArray> outputs) {
      collector.onForwardPass(model, outputs);
      for (int i = 1; i < outputs.size(); i++) {
        activations.put(Integer.toString(i - 1), outputs.get(i).dup().detach());
      }
    }

    @Override
    public void onForwardPass(Model model, Map<String, INDArray> outputs) {
      collector.onForwardPass(model, outputs);
      outputs.forEach((name, output) -> activations.put(name, output.dup().detach()));
    }

    @Override
    public void onBackwardPass(Model model) {
      collector.onBackwardPass(model);
    }

    @Override
    public void onGradientCalculation(Model model) {
      collector.onGradientCalculation(model);
      copy(model, gradients);
    }

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      collector.iterationDone(model, iteration, epoch).ifPresent(observations::add);
      copy(model, updates);
    }

    private static void copy(Model model, Map<String, INDArray> to) {
      model.gradient().gradientForVariable().forEach((name, array) -> to.put(name, array.dup()));
    }

    Observation last() {
      return observations.get(observations.size() - 1);
    }
  }

  private static Recorder train(Model model, List<DataSet> batches) {
    return train(model, batches, EVERYTHING);
  }

  private static Recorder train(Model model, List<DataSet> batches, CollectionPlan plan) {
    Recorder recorder = new Recorder(model, plan);
    model.setListeners(recorder);
    for (DataSet batch : batches) {
      if (model instanceof MultiLayerNetwork network) {
        network.fit(batch);
      } else {
        ((ComputationGraph) model).fit(batch);
      }
    }
    return recorder;
  }

  @ParameterizedTest
  @ValueSource(strings = {"dense", "convolution", "lstm", "graph", "graph convolution"})
  void shouldMeasureEveryArrayAsItIsInTheHooks(String kind) {
    Model model = Networks.build(kind, new Adam(0.01), DataType.DOUBLE);
    Recorder recorder = train(model, Networks.batches(kind, DataType.DOUBLE, 3));
    Observation last = recorder.last();
    NetworkStructure structure = last.structure();
    boolean graph = model instanceof ComputationGraph;
    int compared = 0;
    for (int i = 0; i < structure.parameters().size(); i++) {
      NetworkStructure.Parameter parameter = structure.parameters().get(i);
      String layer =
          graph
              ? structure.layers().get(parameter.layer()).name()
              : Integer.toString(parameter.layer());
      String key = layer + "_" + parameter.name();
      assertSame(last.parameters().get(i), model.paramTable().get(key), 1, key);
      if (parameter.trained()) {
        assertSame(
            last.gradients().get(i), recorder.gradients.get(key), 1.0 / last.examples(), key);
        assertSame(last.updates().get(i), recorder.updates.get(key), 1, key);
        compared++;
      } else {
        assertThat(last.gradients().get(i)).isEqualTo(Moments.ABSENT);
      }
    }
    assertThat(compared).isGreaterThanOrEqualTo(5);
    for (int layer = 0; layer < structure.layers().size(); layer++) {
      String key = graph ? structure.layers().get(layer).name() : Integer.toString(layer);
      INDArray output = recorder.activations.get(key);
      if (output == null) {
        assertThat(last.activations().get(layer)).isEqualTo(Moments.ABSENT);
      } else {
        assertSame(last.activations().get(layer), output, 1, "output of " + key);
      }
    }
    assertThat(last.score()).isEqualTo(model.score());
  }

  private static void assertSame(Moments moments, INDArray array, double factor, String name) {
    INDArray scaled = array.mul(factor);
    assertThat(moments.count()).as(name).isEqualTo(array.length());
    assertThat(moments.l2Norm())
        .as(name)
        .isCloseTo(scaled.norm2Number().doubleValue(), within(1e-9));
    assertThat(moments.mean()).as(name).isCloseTo(scaled.meanNumber().doubleValue(), within(1e-9));
    assertThat(moments.absoluteMaximum())
        .as(name)
        .isCloseTo(scaled.amaxNumber().doubleValue(), within(1e-12));
  }

  @Test
  void shouldMaskTheRunningStatisticsOfBatchNormalization() {
    Model model = Networks.build("convolution", new Sgd(0.1), DataType.FLOAT);
    NetworkStructure structure = Collector.of(model, EVERYTHING).structure();
    assertThat(structure.parameters())
        .filteredOn(parameter -> !parameter.trained())
        .extracting(NetworkStructure.Parameter::name)
        .containsExactlyInAnyOrder("mean", "log10stdev");
  }

  @Test
  void shouldMarkFrozenLayers() {
    MultiLayerNetwork network =
        (MultiLayerNetwork) Networks.build("dense", new Sgd(0.1), DataType.FLOAT);
    MultiLayerNetwork frozen = new TransferLearning.Builder(network).setFeatureExtractor(0).build();
    NetworkStructure structure = Collector.of(frozen, EVERYTHING).structure();
    assertThat(structure.layers().get(0).trainable()).isFalse();
    assertThat(structure.layers().get(0).type()).isEqualTo("DenseLayer");
    assertThat(structure.layers().get(1).trainable()).isTrue();
  }

  @Test
  void shouldNotDivideWhenTheConfigurationSumsOverTheMinibatch() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .miniBatch(false)
                .updater(new Sgd(1e-3))
                .list()
                .layer(new OutputLayer.Builder().nOut(3).activation(Activation.SOFTMAX).build())
                .setInputType(InputType.feedForward(8))
                .build());
    network.init();
    Recorder recorder = train(network, Networks.batches("dense", DataType.FLOAT, 1));
    assertThat(recorder.last().gradients().get(0).l2Norm())
        .isCloseTo(recorder.gradients.get("0_W").norm2Number().doubleValue(), within(1e-4));
  }

  @Test
  void shouldCountDeadAndSaturatedUnits() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new Sgd(0))
                .list()
                .layer(new DenseLayer.Builder().nOut(10).activation(Activation.RELU).build())
                .layer(new DenseLayer.Builder().nOut(6).activation(Activation.TANH).build())
                .layer(new OutputLayer.Builder().nOut(3).activation(Activation.SOFTMAX).build())
                .setInputType(InputType.feedForward(8))
                .build());
    network.init();
    for (int unit = 0; unit < 4; unit++) {
      network.getParam("0_b").putScalar(unit, -1000);
    }
    network.getParam("1_b").putScalar(0, 50).putScalar(3, -50);
    UnitHealth relu =
        train(network, Networks.batches("dense", DataType.FLOAT, 4)).last().unitHealth().get(0);
    assertThat(relu.units()).isEqualTo(10);
    assertThat(relu.neverActive()).isEqualTo(4);
    UnitHealth tanh =
        train(network, Networks.batches("dense", DataType.FLOAT, 4)).last().unitHealth().get(1);
    assertThat(tanh.saturated()).isEqualTo(2);
    assertThat(tanh.saturatedShare()).isBetween(2 / 6.0, 0.9);
  }

  @Test
  void shouldTellWhereNonFiniteValuesComeFrom() {
    assertThat(firstStage(batch -> batch.getFeatures().putScalar(0, 2, Double.NaN), network -> {}))
        .isEqualTo(Stage.INPUT);
    assertThat(firstStage(batch -> batch.getLabels().putScalar(1, 1, Double.NaN), network -> {}))
        .isEqualTo(Stage.LABELS);
    assertThat(firstStage(batch -> {}, network -> network.getParam("1_W").putScalar(3, Double.NaN)))
        .isEqualTo(Stage.PARAMETERS_BEFORE);
    assertThat(firstStage(batch -> {}, network -> network.setLearningRate(1e39)))
        .isIn(Stage.UPDATES, Stage.PARAMETERS_AFTER);
    assertThat(firstStage(batch -> {}, network -> {})).isNull();
  }

  /** Features are not measured at every iteration, but when something else is not finite. */
  @ParameterizedTest
  @ValueSource(strings = {"RELU", "TANH"})
  void shouldFindFaultyFeaturesAtAnyIteration(Activation activation) {
    NeuralNetConfiguration.ListBuilder layers =
        new NeuralNetConfiguration.Builder()
            .seed(1)
            .updater(new Sgd(0.1))
            .list()
            .layer(new DenseLayer.Builder().nOut(10).activation(activation).build())
            .layer(new OutputLayer.Builder().nOut(3).activation(Activation.SOFTMAX).build())
            .setInputType(InputType.feedForward(8));
    MultiLayerNetwork network = new MultiLayerNetwork(layers.build());
    network.init();
    List<DataSet> batches = Networks.batches("dense", DataType.FLOAT, 4);
    batches.get(3).getFeatures().putScalar(0, 2, Double.NaN);
    Observation chain = train(network, batches, Watching.EVERY_TWENTIETH).last();
    assertThat(chain.inputs()).isEmpty();
    assertThat(chain.nonFinite().map(seen -> seen.stage())).contains(Stage.INPUT);
    assertThat(chain.nonFinite().orElseThrow().count()).isEqualTo(1);

    MultiLayerNetwork another = new MultiLayerNetwork(layers.build());
    another.init();
    Observation same =
        train(another.toComputationGraph(), batches, Watching.EVERY_TWENTIETH).last();
    assertThat(same.nonFinite()).isEqualTo(chain.nonFinite());
  }

  private static @Nullable Stage firstStage(
      Consumer<DataSet> spoilData, Consumer<MultiLayerNetwork> spoilNetwork) {
    MultiLayerNetwork network =
        (MultiLayerNetwork) Networks.build("dense", new Sgd(0.1), DataType.FLOAT);
    DataSet batch = Networks.batches("dense", DataType.FLOAT, 1).get(0);
    spoilData.accept(batch);
    spoilNetwork.accept(network);
    Recorder recorder = train(network, List.of(batch));
    return recorder.last().nonFinite().map(seen -> seen.stage()).orElse(null);
  }

  @Test
  void shouldNameTheLayerWhoseParametersWereBroken() {
    MultiLayerNetwork network =
        (MultiLayerNetwork) Networks.build("dense", new Sgd(0.1), DataType.FLOAT);
    network.getParam("1_W").putScalar(3, Double.NaN);
    Recorder recorder = train(network, Networks.batches("dense", DataType.FLOAT, 1));
    assertThat(recorder.last().nonFinite().orElseThrow().layers()).containsExactly(1);
  }

  /** Extremes of large arrays have a schedule of their own, and rules need those of activations. */
  @Test
  void shouldTakeExtremesOfGradientsMoreRarelyThanThoseOfActivations() {
    MultiLayerNetwork network = Watching.dense(all -> all);
    CollectionPlan plan =
        new CollectionPlan(
            1,
            ThinningSchedule.ALWAYS,
            new ThinningSchedule(6, 1000),
            ThinningSchedule.ALWAYS,
            Optional.empty());
    Recorder recorder = train(network, Networks.batches("dense", DataType.FLOAT, 8), plan);
    Observation last = recorder.last();
    assertThat(last.activations().get(0).absoluteMaximum()).isPositive();
    assertThat(last.unitHealth().get(0).isPresent()).isTrue();
    assertThat(largest(recorder.observations.get(6).gradients())).isPositive();
    assertThat(largest(recorder.observations.get(6).updates())).isPositive();
    assertThat(largest(recorder.observations.get(6).parameters())).isPositive();
    assertThat(largest(last.gradients())).isNaN();
    assertThat(largest(last.updates())).isNaN();
    assertThat(largest(last.parameters())).isNaN();
  }

  private static double largest(List<Moments> arrays) {
    return arrays.get(0).absoluteMaximum();
  }

  @Test
  void shouldMeasureOnlyEachSoManyIterations() {
    MultiLayerNetwork network =
        (MultiLayerNetwork) Networks.build("dense", new Sgd(0.1), DataType.FLOAT);
    Collector collector =
        Collector.of(
            network,
            new CollectionPlan(
                3,
                new ThinningSchedule(1, 1),
                new ThinningSchedule(1, 1),
                new ThinningSchedule(1, 1),
                Optional.empty()));
    List<Integer> observed = new ArrayList<>();
    network.setListeners(
        new BaseTrainingListener() {
          @Override
          public void iterationDone(Model model, int iteration, int epoch) {
            collector
                .iterationDone(model, iteration, epoch)
                .ifPresent(observation -> observed.add(observation.iteration()));
          }
        });
    Networks.batches("dense", DataType.FLOAT, 9).forEach(network::fit);
    assertThat(observed).containsExactly(0, 3, 6);
    assertThatThrownBy(
            () ->
                new CollectionPlan(
                    0,
                    new ThinningSchedule(1, 1),
                    new ThinningSchedule(1, 1),
                    new ThinningSchedule(1, 1),
                    Optional.empty()))
        .hasMessage("every must be at least 1 iteration, was 0");
  }

  @Test
  void shouldReduceHistogramsToTheRightBins() {
    float[] values = {-1, -0.5f, 0, 0.5f, 1, Float.NaN};
    var distribution = HistogramMeter.of(values);
    assertThat(distribution.minimum()).isEqualTo(-1);
    assertThat(distribution.maximum()).isEqualTo(1);
    assertThat(distribution.meanMagnitude()).isCloseTo(0.6, within(1e-6));
    assertThat(distribution.counts().stream().mapToInt(x -> x).sum()).isEqualTo(5);
    assertThat(distribution.counts().get(0)).isEqualTo(1);
    assertThat(distribution.counts().get(19)).isEqualTo(1);
    assertThat(HistogramMeter.of(new float[] {Float.NaN}).isPresent()).isFalse();
    INDArray large = Nd4j.randn(DataType.FLOAT, 100_000);
    var sampled = HistogramMeter.measure(large, new Segment(0, 100_000));
    // E|x| of a standard normal is √(2/π); 4096 samples leave a standard error of 0.01.
    assertThat(sampled.meanMagnitude()).isCloseTo(Math.sqrt(2 / Math.PI), within(0.05));
  }

  @Test
  void shouldGoOnWithAllElseWhenActivationsCannotBeMeasured() {
    MultiLayerNetwork network = Watching.dense(settings -> settings);
    List<Observation> observations;
    try (PrintedLog log = new PrintedLog()) {
      Watching watching =
          new Watching(network, Watching.EVERY_ITERATION) {
            @Override
            public void onForwardPass(Model model, List<INDArray> outputs) {
              super.onForwardPass(model, new UnreadableActivations(outputs));
            }
          };
      Networks.batches("dense", DataType.FLOAT, 3).forEach(network::fit);
      observations = watching.observations;
      assertThat(log.faults())
          .as("told once")
          .filteredOn(line -> line.contains("the activations of the layers"))
          .hasSize(1);
    }
    assertThat(observations).hasSize(3);
    assertThat(observations)
        .allSatisfy(
            seen -> {
              assertThat(seen.activations()).containsOnly(Moments.ABSENT);
              assertThat(seen.gradients()).allMatch(moments -> moments.l2Norm() > 0);
              assertThat(seen.updates()).allMatch(moments -> moments.l2Norm() > 0);
              assertThat(seen.parameters()).allMatch(moments -> moments.l2Norm() > 0);
            });
  }
}
