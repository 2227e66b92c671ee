package io.github.dl4jstability.listeners;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
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
    List<INDArray> without = finalState(kind, updater, type, () -> null);
    List<INDArray> with =
        finalState(
            kind,
            updater,
            type,
            () ->
                StabilityListener.builder()
                    .storage(new InMemoryStatsStorage())
                    .preset(preset)
                    .build());
    assertThat(with).hasSameSizeAs(without);
    for (int i = 0; i < with.size(); i++) {
      assertThat(bits(with.get(i))).as("state array " + i).isEqualTo(bits(without.get(i)));
    }
  }

  /** Parameters, updater state, and what the thread's random generator gives next. */
  private static List<INDArray> finalState(
      String kind, IUpdater updater, DataType type, Supplier<StabilityListener> listener) {
    DataType before = Nd4j.dataType();
    Nd4j.setDefaultDataTypes(type, type);
    try {
      Nd4j.getRandom().setSeed(7);
      Model model = Networks.build(kind, updater, type);
      StabilityListener watching = listener.get();
      if (watching != null) {
        model.setListeners(watching);
      }
      List<DataSet> batches = Networks.batches(kind, type, 6);
      Nd4j.getRandom().setSeed(99);
      for (int i = 0; i < ITERATIONS; i++) {
        fit(model, batches.get(i % batches.size()));
      }
      if (watching != null) {
        watching.close();
      }
      INDArray random = Nd4j.rand(type, 1, 16);
      return List.of(model.params().dup(), updaterState(model).dup(), random);
    } finally {
      Nd4j.setDefaultDataTypes(before, before);
    }
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

  private static long[] bits(INDArray array) {
    double[] values = array.reshape(array.length()).castTo(DataType.DOUBLE).toDoubleVector();
    return Arrays.stream(values).mapToLong(Double::doubleToRawLongBits).toArray();
  }
}
