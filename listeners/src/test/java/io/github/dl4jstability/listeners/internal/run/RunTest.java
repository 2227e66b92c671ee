package io.github.dl4jstability.listeners.internal.run;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jstability.listeners.DiagnosisEvent;
import io.github.dl4jstability.listeners.Networks;
import io.github.dl4jstability.listeners.internal.collection.CollectionPlan;
import io.github.dl4jstability.listeners.internal.collection.Collector;
import io.github.dl4jstability.listeners.internal.diagnosis.Diagnostician;
import io.github.dl4jstability.listeners.internal.observation.Observation;
import io.github.dl4jstability.listeners.internal.observation.ThinningSchedule;
import io.github.dl4jstability.listeners.internal.report.Deadline;
import io.github.dl4jstability.listeners.internal.report.Sink;
import io.github.dl4jstability.listeners.internal.rules.Conditions;
import io.github.dl4jstability.listeners.internal.stall.probing.StallProbing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
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
  private static final ThinningSchedule NEVER = new ThinningSchedule(1 << 20, Integer.MAX_VALUE);

  private final MultiLayerNetwork network =
      (MultiLayerNetwork) Networks.build("dense", new Sgd(0.01), DataType.FLOAT);
  private final DiagnosisHistory history = new DiagnosisHistory();
  private final List<Integer> judged = new CopyOnWriteArrayList<>();
  private final List<Runnable> later = new ArrayList<>();
  private final FaultBarrier barrier = new FaultBarrier(LoggerFactory.getLogger(RunTest.class));
  private volatile Runnable whileJudging = () -> {};

  private final List<DiagnosisEvent> events = new ArrayList<>();
  private final List<Observation> observations = new ArrayList<>();
  private final Sink sink =
      (observation, news) -> {
        observations.add(observation);
        events.addAll(news);
        judged.add(observation.iteration());
        whileJudging.run();
      };

  private Run run() {
    return run(later::add);
  }

  private Run run(Executor executor) {
    return run(executor, NEVER);
  }

  private Run run(Executor executor, ThinningSchedule inspections) {
    return new Run(
        Collector.of(
            network,
            new CollectionPlan(
                1,
                ThinningSchedule.EVERY_TWENTIETH,
                ThinningSchedule.EVERY_TWENTIETH,
                inspections,
                Optional.empty())),
        judgement(executor),
        StallProbing.of(0, Optional.empty()),
        new JudgementSchedule(Duration.ofDays(1)),
        barrier);
  }

  private Judgement judgement(Executor executor) {
    return new Judgement(
        new Session("session", "worker"),
        history,
        new Diagnostician(Conditions.CATALOGUE, Set.of(), (rule, fault) -> {}),
        Map.of("sink", sink),
        barrier,
        executor);
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

  private void onceWhileJudging(Runnable action) {
    whileJudging =
        () -> {
          whileJudging = () -> {};
          action.run();
        };
  }

  private static List<Integer> first(int count) {
    return IntStream.range(0, count).boxed().toList();
  }

  @Test
  void shouldJudgeWhatWaitsInAMoment() {
    train(run(), TRAINED);
    assertThat(judged).isEqualTo(first(JUDGED_ONE_BY_ONE));
    assertThat(later).as("one task for all that wait").hasSize(1);
    later.get(0).run();
    assertThat(judged).isEqualTo(first(TRAINED));
  }

  @Test
  void shouldLookAfterWhatComesAfterAMoment() {
    Run run = run();
    train(run, TRAINED);
    later.get(0).run();
    assertThat(later).as("to come back, since something waited").hasSize(2);
    train(run, 1);
    assertThat(later).as("no need to ask again").hasSize(2);
    later.get(1).run();
    assertThat(judged).isEqualTo(first(TRAINED + 1));
  }

  @Test
  void shouldNotComeBackWhereNothingWaited() {
    Run run = run();
    train(run, TRAINED);
    later.get(0).run();
    later.get(1).run();
    assertThat(later).hasSize(2);
    train(run, 1);
    assertThat(later).as("asked again").hasSize(3);
    later.get(2).run();
    assertThat(judged).isEqualTo(first(TRAINED + 1));
  }

  @Test
  void shouldJudgeBesideTrainingByItself() throws InterruptedException {
    CountDownLatch all = new CountDownLatch(TRAINED);
    List<String> threads = new CopyOnWriteArrayList<>();
    whileJudging =
        () -> {
          threads.add(Thread.currentThread().getName());
          all.countDown();
        };
    train(run(Judgement.IN_A_MOMENT), TRAINED);
    assertThat(all.await(30, SECONDS)).isTrue();
    assertThat(threads.get(0)).isEqualTo(Thread.currentThread().getName());
    assertThat(threads.get(TRAINED - 1)).isEqualTo("dl4j-stability-judge");
  }

  @Test
  void shouldJudgeAllTwentyIterationsWithoutAThreadBeside() {
    train(
        run(
            task -> {
              throw new RejectedExecutionException("no thread");
            }),
        JUDGED_ONE_BY_ONE + 25);
    assertThat(judged).isEqualTo(first(JUDGED_ONE_BY_ONE + 21));
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
    run.judge(Deadline.in(Duration.ofSeconds(5)));
    assertThat(judged).isEqualTo(first(TRAINED));
  }

  @Test
  void shouldKeepTheOrderWhenASinkAsksInTurn() {
    whileJudging = () -> Judgement.catchUp(history);
    train(run(), TRAINED);
    Judgement.catchUp(history);
    assertThat(judged).isEqualTo(first(TRAINED));
  }

  @Test
  void shouldLetAReaderWaitForTheThreadThatJudges() {
    train(run(), TRAINED);
    CountDownLatch isJudging = new CountDownLatch(1);
    whileJudging =
        () -> {
          isJudging.countDown();
          pause(200);
        };
    CompletableFuture<Void> other = CompletableFuture.runAsync(later.get(0));
    await(isJudging);
    whileJudging = () -> {};
    Judgement.catchUp(history);
    assertThat(judged).isEqualTo(first(TRAINED));
    other.join();
  }

  @Test
  void shouldNotLetAReaderWaitForAThreadThatStaysAtIt() {
    train(run(), TRAINED);
    // Would never end if the reader waited: the thread that judges waits for it here.
    onceWhileJudging(() -> CompletableFuture.runAsync(() -> Judgement.catchUp(history)).join());
    Judgement.catchUp(history);
    assertThat(judged).isEqualTo(first(TRAINED));
  }

  @Test
  void shouldNotLetTrainingWaitForAThreadThatJudges() {
    Run run = run();
    train(run, TRAINED);
    // Would throw if training waited: the thread that judges waits for it here.
    onceWhileJudging(
        () -> CompletableFuture.runAsync(() -> train(run, 30)).orTimeout(5, SECONDS).join());
    Judgement.catchUp(history);
    assertThat(judged).isEqualTo(first(TRAINED + 30));
  }

  @Test
  void shouldJudgeWhatCameTooLateToBeSeen() {
    train(run(), 2);
    Judgement judgement = judgement(later::add);
    judgement.judge(
        observations.get(0),
        rules ->
            CompletableFuture.runAsync(() -> judgement.judge(observations.get(1), again -> {}))
                .join());
    assertThat(judged).containsExactly(0, 1, 0, 1);
  }

  @Test
  void shouldBoundWhatWaitsForAThreadThatIsStuck() {
    Run run = run();
    train(run, TRAINED);
    onceWhileJudging(() -> train(run, 400));
    Judgement.catchUp(history);
    assertThat(judged).isEqualTo(first(TRAINED + 252));
    train(run, 2);
    Judgement.catchUp(history);
    assertThat(judged).endsWith(TRAINED + 400, TRAINED + 401);
  }

  @Test
  void shouldLookAtAStallThatIsFoundBesideTraining() {
    network.setLearningRate(1e-9);
    train(run(Runnable::run, ThinningSchedule.EVERY_TWENTIETH), 400);
    assertThat(events).isNotEmpty();
    assertThat(events.get(0).iteration()).isBetween(JUDGED_ONE_BY_ONE + 1, 300);
    assertThat(events.get(0).diagnosis().explanation()).contains("the curvature budget is 0");
  }

  @Test
  void shouldLetNothingWaitForAPartThatIsSwitchedOff() {
    barrier.switchOff("judgement", new IllegalStateException("a fault"));
    train(run(), TRAINED);
    assertThat(judged).isEmpty();
    assertThat(later).isEmpty();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void pause(int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
