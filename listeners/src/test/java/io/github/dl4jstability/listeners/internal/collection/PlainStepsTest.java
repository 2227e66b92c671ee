package io.github.dl4jstability.listeners.internal.collection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jstability.listeners.Networks;
import io.github.dl4jstability.listeners.internal.model.BuiltNetwork;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure.Parameter;
import io.github.dl4jstability.listeners.internal.observation.Observation;
import io.github.dl4jstability.measurement.Moments;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

class PlainStepsTest {

  /** Asks in each iteration, as the collector does, whether the updates follow. */
  private static final class Asking extends BaseTrainingListener {
    private final BuiltNetwork network;
    private final int[] trained;
    private final PlainSteps steps;
    private List<Moments> gradients = List.of();
    final List<Boolean> answers = new ArrayList<>();
    double largestError;

    Asking(Model model) {
      network = BuiltNetwork.of(model);
      List<Parameter> all = network.structure().parameters();
      trained = IntStream.range(0, all.size()).filter(i -> all.get(i).trained()).toArray();
      steps = new PlainSteps(network, trained);
    }

    @Override
    public void onGradientCalculation(Model model) {
      steps.keep(model.getGradientsViewArray());
      gradients = moments(model, network.gradientFactor(model.batchSize()));
    }

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      double factor = network.gradientFactor(model.batchSize());
      boolean answer = steps.explain(model, gradients, model.getGradientsViewArray(), factor);
      answers.add(answer);
      List<Moments> measured = moments(model, 1);
      if (answer) {
        List<Moments> derived = steps.updates(gradients);
        for (int i : trained) {
          Moments truth = measured.get(i);
          largestError =
              Math.max(
                  largestError,
                  Math.max(
                      Math.abs(derived.get(i).l2Norm() / truth.l2Norm() - 1),
                      Math.abs(derived.get(i).mean() - truth.mean()) / truth.rootMeanSquare()));
        }
      }
      steps.compare(measured, gradients);
    }

    private List<Moments> moments(Model model, double factor) {
      INDArray view = model.getGradientsViewArray();
      return network.segments().stream()
          .map(s -> NDArrayIndex.interval(s.offset(), s.offset() + s.length()))
          .map(part -> Moments.of(view.reshape(view.length()).get(part)).times(factor))
          .toList();
    }
  }

  /** Edits the gradient after the asking listener has seen it. */
  private static final class Editing extends BaseTrainingListener {
    private final Consumer<INDArray> edit;

    Editing(Consumer<INDArray> edit) {
      this.edit = edit;
    }

    @Override
    public void onGradientCalculation(Model model) {
      edit.accept(model.getGradientsViewArray());
    }
  }

  private static List<Boolean> answers(Model model, String kind, TrainingListener... others) {
    return train(model, kind, others).answers;
  }

  private static Asking train(Model model, String kind, TrainingListener... others) {
    Asking asking = new Asking(model);
    List<TrainingListener> listeners = new ArrayList<>(List.of(asking));
    listeners.addAll(List.of(others));
    model.setListeners(listeners.toArray(TrainingListener[]::new));
    for (DataSet batch : Networks.batches(kind, model.params().dataType(), 3)) {
      if (model instanceof MultiLayerNetwork network) {
        network.fit(batch);
      } else {
        ((ComputationGraph) model).fit(batch);
      }
    }
    return asking;
  }

  @ParameterizedTest
  @CsvSource({
    "dense, FLOAT",
    "dense, DOUBLE",
    "convolution, FLOAT",
    "lstm, FLOAT",
    "graph, FLOAT",
    "graph convolution, DOUBLE"
  })
  void shouldKnowTheUpdatesOfGradientDescent(String kind, DataType type) {
    Asking asking = train(Networks.buildPlain(kind, new Sgd(0.1), type), kind);
    assertThat(asking.answers).isNotEmpty().containsOnly(true);
    assertThat(asking.largestError).isPositive().isLessThan(1e-6);
  }

  @Test
  void shouldFollowScheduledRatesRatesOfBiasesAndSummedLosses() {
    Sgd falling = new Sgd(new ExponentialSchedule(ScheduleType.ITERATION, 0.1, 0.5));
    assertThat(answers(Watching.dense(all -> all.updater(falling)), "dense")).containsOnly(true);
    assertThat(answers(Watching.dense(all -> all.biasUpdater(new Sgd(0.7))), "dense"))
        .containsOnly(true);
    assertThat(answers(Watching.dense(all -> all.miniBatch(false)), "dense")).containsOnly(true);
  }

  @Test
  void shouldNotGuessWhatOtherUpdatersPenaltiesAndClippingDo() {
    assertThat(answers(Watching.dense(all -> all.updater(new Adam(0.1))), "dense"))
        .containsOnly(false);
    assertThat(answers(Watching.dense(all -> all.updater(new Nesterovs(0.1, 0.9))), "dense"))
        .containsOnly(false);
    assertThat(answers(Watching.dense(all -> all.biasUpdater(new Adam(0.1))), "dense"))
        .containsOnly(false);
    assertThat(answers(Watching.dense(all -> all.l2(1e-9)), "dense")).containsOnly(false);
    assertThat(answers(Watching.dense(all -> all.weightDecay(1e-9)), "dense")).containsOnly(false);
    assertThat(
            answers(
                Watching.dense(
                    all -> all.gradientNormalization(GradientNormalization.RenormalizeL2PerLayer)),
                "dense"))
        .containsOnly(false);
  }

  @Test
  void shouldSeeThatGradientsWereEdited() {
    assertThat(answers(Watching.dense(all -> all), "dense", new Editing(g -> g.muli(1.001))))
        .containsOnly(false);
    Editing onlyTheLastBias = new Editing(g -> g.putScalar(g.length() - 1, 5));
    assertThat(answers(Watching.dense(all -> all), "dense", onlyTheLastBias)).containsOnly(false);
  }

  @Test
  void shouldMeasureEverAfterWhereAMeasurementShowsWhatTheSampleDidNot() {
    // Of 2411 elements every tenth run of 16 is sampled: element 20 is not.
    Editing besideTheSample = new Editing(g -> g.putScalar(20, 5));
    assertThat(answers(Watching.dense(all -> all), "dense", besideTheSample))
        .containsExactly(true, false, false);
  }

  @Test
  void shouldNotTrustListenersThatItDoesNotKnow() {
    TrainingListener stranger =
        (TrainingListener)
            Proxy.newProxyInstance(
                TrainingListener.class.getClassLoader(),
                new Class<?>[] {TrainingListener.class},
                (proxy, method, arguments) -> null);
    assertThat(answers(Watching.dense(all -> all), "dense", stranger)).containsOnly(false);
  }

  @Test
  void shouldNotDeriveWhatMayOverflowOrUnderflow() {
    assertThat(answers(Watching.dense(all -> all.updater(new Sgd(1e38))), "dense"))
        .startsWith(false);
    assertThat(answers(Watching.dense(all -> all.updater(new Sgd(1e-26))), "dense"))
        .containsOnly(false);
    assertThat(answers(Watching.dense(all -> all.updater(new Sgd(0))), "dense")).containsOnly(true);
  }

  @Test
  void shouldGiveObservationsTheSameMomentsAsMeasuring() {
    MultiLayerNetwork network = Watching.dense(all -> all);
    Watching watching = new Watching(network, Watching.EVERY_TWENTIETH);
    DataSet batch = Networks.batches("dense", DataType.FLOAT, 1).get(0);
    for (int i = 0; i < 13; i++) {
      watching.fit(network, batch);
    }
    Observation last = watching.last();
    for (int i = 0; i < 4; i++) {
      INDArray update =
          network.gradient().gradientForVariable().get(i / 2 + (i % 2 == 0 ? "_W" : "_b"));
      Moments measured = Moments.of(update);
      assertThat(last.updates().get(i).l2Norm())
          .isCloseTo(measured.l2Norm(), within(1e-5 * measured.l2Norm()));
      assertThat(last.updates().get(i).standardDeviation())
          .isCloseTo(measured.standardDeviation(), within(1e-5 * measured.l2Norm()));
      assertThat(last.updates().get(i).nonFinite()).isZero();
    }
  }
}
