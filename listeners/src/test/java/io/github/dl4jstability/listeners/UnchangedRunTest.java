package io.github.dl4jstability.listeners;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;

/** Training with the listener ends in the same state as without it, bit for bit. */
class UnchangedRunTest {

  /** Beyond the twentieth, so that the closer look on a schedule is part of the run. */
  private static final int ITERATIONS = 26;

  /** The first hundred iterations are judged one by one, as they come. */
  private static final int JUDGED_BESIDE_TRAINING = 130;

  static Stream<Arguments> runs() {
    return Stream.of("dense", "convolution", "lstm", "recurrent", "graph", "graph convolution")
        .flatMap(
            kind ->
                Stream.of(new Sgd(0.05), new Adam(0.01))
                    .flatMap(
                        updater ->
                            Stream.of(DataType.FLOAT, DataType.DOUBLE)
                                .flatMap(
                                    type ->
                                        Stream.of(Preset.STANDARD, Preset.FULL)
                                            .map(
                                                preset ->
                                                    Arguments.of(kind, updater, type, preset)))));
  }

  @ParameterizedTest(name = "{0}, {1}, {2}, {3}")
  @MethodSource("runs")
  void shouldEndInTheSameStateWithAndWithoutTheListener(
      String kind, IUpdater updater, DataType type, Preset preset) {
    DataType before = Nd4j.dataType();
    Nd4j.setDefaultDataTypes(type, type);
    try {
      assertUnchanged(
          new Training(
              () -> Networks.build(kind, updater, type),
              Networks.batches(kind, type, 6),
              ITERATIONS),
          StabilityListener.builder().storage(new InMemoryStatsStorage()).preset(preset));
    } finally {
      Nd4j.setDefaultDataTypes(before, before);
    }
  }

  static Stream<Arguments> longRuns() {
    return Stream.of(
        Arguments.of("dense", 1, Preset.STANDARD),
        Arguments.of("dense", 10, Preset.LIGHT),
        Arguments.of("dense", 3, Preset.STANDARD),
        Arguments.of("graph lstm", 1, Preset.STANDARD));
  }

  /** Without a penalty on weights, so that updates of plain gradient descent are not measured. */
  @ParameterizedTest(name = "{0}, every {1}, {2}")
  @MethodSource("longRuns")
  void shouldEndInTheSameStateWhenItJudgesBesideTheTraining(String kind, int every, Preset preset) {
    assertUnchanged(
        new Training(
            () -> Networks.buildPlain(kind, new Sgd(0.05), DataType.FLOAT),
            Networks.batches(kind, DataType.FLOAT, 6),
            JUDGED_BESIDE_TRAINING),
        StabilityListener.builder()
            .storage(new InMemoryStatsStorage())
            .preset(preset)
            .every(every));
  }

  @Test
  void shouldEndInTheSameStateWhenItLooksAtTheCurvature() {
    List<Diagnosis> told = new ArrayList<>();
    assertUnchanged(
        new Training(
            UnchangedRunTest::atASaddlePoint, Networks.batches("dense", DataType.FLOAT, 1), 300),
        StabilityListener.builder().curvatureBudget(1).onDiagnosis(told::add));
    assertThat(told)
        .as("it looked")
        .anyMatch(diagnosis -> diagnosis.evidence().containsKey("smallest eigenvalue"));
  }

  /** All weights are 0: nothing but the output's biases moves, and soon they have arrived. */
  private static Model atASaddlePoint() {
    Model model = Networks.buildPlain("dense", new Adam(0.01), DataType.FLOAT);
    model.params().assign(0);
    return model;
  }

  private record Training(Supplier<Model> model, List<DataSet> batches, int iterations) {}

  private static void assertUnchanged(Training training, StabilityListener.Builder builder) {
    List<INDArray> without = finalState(training);
    StabilityListener listener = builder.build();
    List<INDArray> with = finalState(training, listener);
    listener.close();
    assertThat(with).hasSameSizeAs(without);
    for (int i = 0; i < with.size(); i++) {
      assertThat(Bits.of(with.get(i))).as("state array " + i).isEqualTo(Bits.of(without.get(i)));
    }
  }

  /** Parameters, updater state, and what the thread's random generator gives next. */
  private static List<INDArray> finalState(Training training, StabilityListener... listeners) {
    Nd4j.getRandom().setSeed(7);
    Model model = training.model().get();
    model.setListeners(listeners);
    Nd4j.getRandom().setSeed(99);
    for (int i = 0; i < training.iterations(); i++) {
      fit(model, training.batches().get(i % training.batches().size()));
    }
    INDArray random = Nd4j.rand(model.params().dataType(), 1, 16);
    return List.of(model.params().dup(), updaterState(model).dup(), random);
  }

  private static void fit(Model model, DataSet batch) {
    if (model instanceof MultiLayerNetwork network) {
      network.fit(batch);
    } else {
      ((ComputationGraph) model).fit(batch);
    }
  }

  private static INDArray updaterState(Model model) {
    INDArray state =
        model instanceof MultiLayerNetwork network
            ? network.getUpdater().getStateViewArray()
            : ((ComputationGraph) model).getUpdater().getStateViewArray();
    return state == null ? Nd4j.zeros(1) : state;
  }
}
