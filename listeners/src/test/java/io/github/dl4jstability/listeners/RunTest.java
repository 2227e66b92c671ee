package io.github.dl4jstability.listeners;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jstability.listeners.collection.CollectionPlan;
import io.github.dl4jstability.listeners.collection.Collector;
import io.github.dl4jstability.listeners.observation.Cadence;
import io.github.dl4jstability.listeners.report.Sink;
import io.github.dl4jstability.listeners.rules.Diagnostician;
import io.github.dl4jstability.listeners.stall.StallProbing;
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
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;
import org.slf4j.LoggerFactory;

/** Iterations that wait to be judged together. */
class RunTest {
  private static final int WAITING = 105;

  private final MultiLayerNetwork network =
      (MultiLayerNetwork) Networks.build("dense", new Sgd(0.01), DataType.FLOAT);
  private final List<Integer> judged = new ArrayList<>();

  private Run run(Sink sink) {
    return new Run(
        Collector.of(
            network, new CollectionPlan(1, Cadence.EVERY_TWENTIETH, NEVER, Optional.empty())),
        Diagnostician.without(Set.of(), (rule, fault) -> {}),
        StallProbing.of(0, Optional.empty()),
        Map.of("test", sink),
        new FaultBarrier(LoggerFactory.getLogger(RunTest.class)));
  }

  /** After the first iteration. */
  private static final Cadence NEVER = new Cadence(1 << 20, Integer.MAX_VALUE);

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
  void shouldJudgeAllInOrderWhoeverAsksForIt() {
    Run run = run((observation, events) -> judged.add(observation.iteration()));
    train(run, WAITING);
    assertThat(judged).startsWith(first(100).toArray(Integer[]::new));
    CompletableFuture.runAsync(run::catchUp).join();
    assertThat(judged).isEqualTo(first(WAITING));
    train(run, 1);
    run.flush();
    assertThat(judged).isEqualTo(first(WAITING + 1));
  }

  @Test
  void shouldNotJudgeTwiceWhenASinkAsksAgain() {
    Run[] self = new Run[1];
    self[0] =
        run(
            (observation, events) -> {
              self[0].catchUp();
              judged.add(observation.iteration());
            });
    train(self[0], WAITING);
    self[0].catchUp();
    assertThat(judged).isEqualTo(first(WAITING));
  }

  @Test
  void shouldNotWaitForAThreadThatJudges() {
    Run[] self = new Run[1];
    self[0] =
        run(
            (observation, events) -> {
              judged.add(observation.iteration());
              // Would never end if it waited: the lock is held here, by this thread.
              CompletableFuture.runAsync(self[0]::catchUp).join();
            });
    train(self[0], WAITING);
    self[0].catchUp();
    assertThat(judged).isEqualTo(first(WAITING));
  }
}
