package io.github.dl4jstability.listeners;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jstability.listeners.collection.CollectionPlan;
import io.github.dl4jstability.listeners.collection.Collector;
import io.github.dl4jstability.listeners.observation.Cadence;
import io.github.dl4jstability.listeners.observation.Observation;
import io.github.dl4jstability.listeners.report.Sink;
import io.github.dl4jstability.listeners.rules.Diagnostician;
import io.github.dl4jstability.listeners.rules.Patience;
import io.github.dl4jstability.listeners.stall.StallProbing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;
import org.slf4j.LoggerFactory;

/** Iterations that wait to be judged together. */
@Timeout(60)
class RunTest {
  private static final int JUDGED_ONE_BY_ONE = 100;
  private static final int TRAINED = 105;

  /** At the first iterations, as always, and then no more. */
  private static final Cadence NEVER = new Cadence(1 << 20, Integer.MAX_VALUE);

  private final MultiLayerNetwork network =
      (MultiLayerNetwork) Networks.build("dense", new Sgd(0.01), DataType.FLOAT);
  private final DiagnosisHistory history = new DiagnosisHistory();
  private final List<Integer> judged = new ArrayList<>();
  private final List<Thread> delivered = new ArrayList<>();
  private Runnable whileJudging = () -> {};

  private final Sink sink =
      new Sink() {
        @Override
        public void accept(Observation observation, List<DiagnosisEvent> events) {
          judged.add(observation.iteration());
          whileJudging.run();
        }

        @Override
        public void deliver() {
          delivered.add(Thread.currentThread());
        }
      };

  private Run run() {
    FaultBarrier barrier = new FaultBarrier(LoggerFactory.getLogger(RunTest.class));
    return new Run(
        Collector.of(
            network, new CollectionPlan(1, Cadence.EVERY_TWENTIETH, NEVER, Optional.empty())),
        new Judgement(
            history,
            Diagnostician.without(Set.of(), (rule, fault) -> {}),
            Map.of("sink", sink),
            barrier),
        StallProbing.of(0, Optional.empty()),
        new Patience(Duration.ofDays(1)),
        barrier);
  }

  private void train(Run run, int iterations) {
    DataSet batch = Networks.batches("dense", DataType.FLOAT, 1).get(0);
    network.setListeners(
        new BaseTrainingListener() {
          @Override
          public void iterationDone(Model model, int iteration, int epoch) {
            run.iterationDone(model, iteration, epoch);
          }
        });
    for (int i = 0; i < iterations; i++) {
      network.fit(batch);
    }
  }

  private static List<Integer> first(int count) {
    return IntStream.range(0, count).boxed().toList();
  }

  @Test
  void shouldJudgeWhatWaitsForWhoeverReadsTheHistory() {
    train(run(), TRAINED);
    assertThat(judged).isEqualTo(first(JUDGED_ONE_BY_ONE));
    CompletableFuture.runAsync(() -> Judgement.catchUp(history)).join();
    assertThat(judged).isEqualTo(first(TRAINED));
  }

  @Test
  void shouldNotJudgeForTheReadersOfAnotherHistory() {
    train(run(), TRAINED);
    Judgement.catchUp(new DiagnosisHistory());
    assertThat(judged).isEqualTo(first(JUDGED_ONE_BY_ONE));
  }

  @Test
  void shouldJudgeWhatWaitsWhenFlushed() {
    Run run = run();
    train(run, TRAINED);
    run.flush();
    assertThat(judged).isEqualTo(first(TRAINED));
  }

  @Test
  void shouldCallBackOnTheTrainingThreadOrWhereItIsFlushedButNotForReaders() {
    Run run = run();
    train(run, TRAINED);
    assertThat(delivered).hasSize(JUDGED_ONE_BY_ONE).containsOnly(Thread.currentThread());
    CompletableFuture.runAsync(() -> Judgement.catchUp(history)).join();
    assertThat(delivered).hasSize(JUDGED_ONE_BY_ONE);
    run.flush();
    assertThat(delivered).hasSize(JUDGED_ONE_BY_ONE + 1).containsOnly(Thread.currentThread());
  }

  @Test
  void shouldKeepTheOrderWhenASinkAsksInTurn() {
    whileJudging = () -> Judgement.catchUp(history);
    train(run(), TRAINED);
    Judgement.catchUp(history);
    assertThat(judged).isEqualTo(first(TRAINED));
  }

  @Test
  void shouldNotLetAReaderWaitForAThreadThatJudges() {
    // Would never end if the reader waited: the thread that judges waits for it here.
    whileJudging = () -> CompletableFuture.runAsync(() -> Judgement.catchUp(history)).join();
    train(run(), TRAINED);
    Judgement.catchUp(history);
    assertThat(judged).isEqualTo(first(TRAINED));
  }
}
