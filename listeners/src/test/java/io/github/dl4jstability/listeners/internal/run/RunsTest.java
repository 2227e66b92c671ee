package io.github.dl4jstability.listeners.internal.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jstability.listeners.Garbage;
import io.github.dl4jstability.listeners.Networks;
import io.github.dl4jstability.listeners.internal.collection.CollectionPlan;
import io.github.dl4jstability.listeners.internal.collection.Collector;
import io.github.dl4jstability.listeners.internal.diagnosis.Diagnostician;
import io.github.dl4jstability.listeners.internal.observation.ThinningSchedule;
import io.github.dl4jstability.listeners.internal.rules.Conditions;
import io.github.dl4jstability.listeners.internal.stall.probing.StallProbing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Sgd;
import org.slf4j.LoggerFactory;

/** Runs are found by the identity of their models, go with them, and are bounded in memory. */
class RunsTest {
  private static final Duration NOT_IDLE = Duration.ofDays(1);

  private final FaultBarrier barrier = new FaultBarrier(LoggerFactory.getLogger(RunsTest.class));
  private final List<Session> sessions = new ArrayList<>();
  private final List<Session> started = new ArrayList<>();
  private boolean startsFail;
  private int leftOut;

  private Runs runs(long mostBytes, Duration idle) {
    return new Runs(
        () -> {
          sessions.add(new Session("session " + sessions.size(), "worker"));
          return sessions.get(sessions.size() - 1);
        },
        new Runs.Starter() {
          @Override
          public Run start(Model model, Session session) {
            started.add(session);
            return startsFail ? null : run(model, session);
          }

          @Override
          public void leftOut() {
            leftOut++;
          }
        },
        mostBytes,
        idle);
  }

  private Run run(Model model, Session session) {
    return new Run(
        Collector.of(
            model,
            new CollectionPlan(
                1,
                ThinningSchedule.ALWAYS,
                ThinningSchedule.ALWAYS,
                ThinningSchedule.ALWAYS,
                Optional.empty())),
        new Judgement(
            session,
            new DiagnosisHistory(),
            new Diagnostician(Conditions.CATALOGUE, Set.of(), (rule, fault) -> {}),
            Map.of(),
            barrier,
            Runnable::run),
        StallProbing.of(0, Optional.empty()),
        new JudgementSchedule(),
        barrier);
  }

  private static MultiLayerNetwork network() {
    return (MultiLayerNetwork) Networks.build("dense", new Sgd(0.01), DataType.FLOAT);
  }

  private static List<MultiLayerNetwork> networks(int count) {
    List<MultiLayerNetwork> networks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      networks.add(network());
    }
    return networks;
  }

  @Test
  void shouldTellEqualNetworksApartAndFindEachAgain() {
    Runs runs = runs(Runs.MOST_BYTES, NOT_IDLE);
    MultiLayerNetwork one = network();
    MultiLayerNetwork same = one.clone();
    assertThat(same).isEqualTo(one);
    Run first = runs.of(one);
    assertThat(runs.of(same)).isNotSameAs(first);
    assertThat(runs.of(one)).isSameAs(first).isSameAs(runs.of(one));
  }

  @Test
  void shouldStartOneRunForEachOfManyModelsInTurn() {
    Runs runs = runs(Runs.MOST_BYTES, NOT_IDLE);
    List<MultiLayerNetwork> networks = networks(50);
    for (int round = 0; round < 3; round++) {
      networks.forEach(network -> assertThat(runs.of(network)).isNotNull());
    }
    assertThat(started).hasSize(50);
    assertThat(runs.count()).isEqualTo(50);
  }

  @Test
  void shouldNotStartAnewByTurnsWhereThereIsRoomForSomeModelsOnly() {
    List<MultiLayerNetwork> networks = networks(5);
    long one = run(networks.get(0), new Session("", "")).bytes();
    Runs runs = runs(3 * one, NOT_IDLE);
    for (int round = 0; round < 10; round++) {
      networks.forEach(runs::of);
    }
    assertThat(runs.count()).isEqualTo(3);
    assertThat(started).as("built once each to learn what they take").hasSize(5);
    assertThat(leftOut).isEqualTo(2);
    assertThat(runs.of(networks.get(0))).isNotNull();
    assertThat(runs.of(networks.get(4))).isNull();
  }

  @Test
  void shouldPutIdleRunsAsideAndGoOnInTheirSessions() {
    List<MultiLayerNetwork> networks = networks(3);
    long one = run(networks.get(0), new Session("", "")).bytes();
    Runs runs = runs(2 * one, Duration.ZERO);
    networks.forEach(runs::of);
    assertThat(runs.count()).isEqualTo(2);
    Run again = runs.of(networks.get(0));
    assertThat(again).isNotNull();
    assertThat(runs.count()).isEqualTo(2);
    assertThat(sessions).hasSize(3);
    assertThat(started).hasSize(4).last().isSameAs(sessions.get(0));
  }

  @Test
  void shouldWatchOneModelWhateverItTakes() {
    Runs runs = runs(1, NOT_IDLE);
    MultiLayerNetwork network = network();
    assertThat(runs.of(network)).isNotNull().isSameAs(runs.of(network));
  }

  @Test
  void shouldNotTryAgainWithAModelThatCannotBeWatched() {
    Runs runs = runs(Runs.MOST_BYTES, NOT_IDLE);
    startsFail = true;
    MultiLayerNetwork network = network();
    for (int i = 0; i < 3; i++) {
      assertThat(runs.of(network)).isNull();
    }
    assertThat(started).hasSize(1);
  }

  @Test
  void shouldReleaseARunWithItsModel() {
    Runs runs = runs(Runs.MOST_BYTES, NOT_IDLE);
    MultiLayerNetwork stays = network();
    runs.of(network());
    runs.of(stays);
    Garbage.collectUntil(
        () -> {
          runs.forgetTheGone();
          return runs.count() == 1;
        });
    assertThat(runs.count()).isEqualTo(1);
    assertThat(runs.of(stays)).isNotNull();
    assertThat(started).hasSize(2);
  }
}
