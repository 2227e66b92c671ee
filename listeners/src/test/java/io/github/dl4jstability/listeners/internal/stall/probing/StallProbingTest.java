package io.github.dl4jstability.listeners.internal.stall.probing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.github.dl4jstability.listeners.Networks;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure;
import io.github.dl4jstability.listeners.internal.observation.Observation;
import io.github.dl4jstability.listeners.internal.observation.StationaryNumbers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** Looking in the middle of a real training. */
class StallProbingTest {
  /** Enough for 128 segments of the recurrent network, whose arrays are new each time. */
  private static final int ITERATIONS = 60;

  /** Claims a stall from the third iteration on. */
  private static final class Watching extends BaseTrainingListener {
    private final StallProbing probing;
    private final List<StallProbing.Answer> answers = new ArrayList<>();

    Watching(StallProbing probing) {
      this.probing = probing;
    }

    @Override
    public void onBackwardPass(Model model) {
      probing.onBackwardPass(model);
    }

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      probing
          .iterationDone(model, observation(iteration, epoch), iteration < 3 ? -1 : 3, 0.1)
          .ifPresent(answers::add);
    }
  }

  private static Observation observation(int iteration, int epoch) {
    return new Observation(
        new NetworkStructure("test", List.of(), List.of()),
        new Observation.Step(iteration, epoch, 0, 1, 4, 0.1, List.of()),
        new Observation.Arrays(
            List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), Double.NaN),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** Parameters, updater state, and what the thread's random generator gives next. */
  private static List<long[]> train(String kind, Watching watching) {
    Nd4j.getRandom().setSeed(7);
    Model model = Networks.build(kind, new Adam(0.01), DataType.FLOAT);
    List<DataSet> batches = Networks.batches(kind, DataType.FLOAT, 4);
    if (watching != null) {
      model.setListeners(watching);
    }
    Nd4j.getRandom().setSeed(99);
    for (int i = 0; i < ITERATIONS; i++) {
      DataSet batch = batches.get(i % 4);
      if (model instanceof MultiLayerNetwork network) {
        network.fit(batch);
      } else {
        ((ComputationGraph) model).fit(batch);
      }
    }
    INDArray state =
        model instanceof MultiLayerNetwork network
            ? network.getUpdater().getStateViewArray()
            : ((ComputationGraph) model).getUpdater().getStateViewArray();
    return List.of(bits(model.params()), bits(state), bits(Nd4j.rand(1, 16)));
  }

  private static long[] bits(INDArray array) {
    double[] values = array.reshape(array.length()).castTo(DataType.DOUBLE).toDoubleVector();
    return Arrays.stream(values).mapToLong(Double::doubleToRawLongBits).toArray();
  }

  @ParameterizedTest
  @ValueSource(strings = {"dense", "convolution", "lstm", "graph", "graph convolution"})
  void shouldMeasureAndLeaveTheRunAsItIs(String kind) {
    List<long[]> without = train(kind, null);
    Watching watching = new Watching(new StallProbing(TimeBudget.ofAnHour(), null));
    List<long[]> with = train(kind, watching);
    for (int i = 0; i < with.size(); i++) {
      assertThat(with.get(i)).as("state array " + i).isEqualTo(without.get(i));
    }
    StationaryNumbers numbers = watching.answers.get(0).numbers().orElseThrow();
    assertThat(numbers.examples()).isPositive();
    assertThat(numbers.gradientNorm()).isPositive();
    assertThat(numbers.best().loss()).isLessThanOrEqualTo(numbers.loss());
    assertThat(numbers.safe().loss()).isLessThanOrEqualTo(numbers.loss());
    assertThat(numbers.spectrum().smallest()).isLessThanOrEqualTo(numbers.spectrum().largest());
  }

  @Test
  void shouldUseTheGivenDataAtOnce() {
    DataSet given = DataSet.merge(Networks.batches("dense", DataType.FLOAT, 5));
    Watching watching =
        new Watching(
            new StallProbing(
                TimeBudget.ofAnHour(),
                GivenExamples.of(given.toMultiDataSet(), notice -> fail(notice))));
    train("dense", watching);
    StationaryNumbers numbers = watching.answers.get(0).numbers().orElseThrow();
    assertThat(numbers.iteration()).isEqualTo(3);
    assertThat(numbers.examples()).isEqualTo(given.numExamples());
  }

  @Test
  void shouldSayThatItIsOffWhenTheBudgetIsZero() {
    Watching watching = new Watching(StallProbing.of(0, Optional.empty()));
    train("dense", watching);
    assertThat(watching.answers).hasSize(1);
    assertThat(watching.answers.get(0).reason()).isEqualTo("the curvature budget is 0");
  }

  @Test
  void shouldWaitAndSayWhyWhenTheBudgetIsTooSmall() {
    Watching watching = new Watching(StallProbing.of(1e-7, Optional.empty()));
    train("dense", watching);
    assertThat(watching.answers).hasSize(1);
    assertThat(watching.answers.get(0).numbers()).isEmpty();
    assertThat(watching.answers.get(0).reason()).contains("allowed for a look");
  }
}
