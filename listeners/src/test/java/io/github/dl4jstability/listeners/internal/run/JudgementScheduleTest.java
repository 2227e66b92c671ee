package io.github.dl4jstability.listeners.internal.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jstability.listeners.internal.observation.NonFinite.Stage;
import io.github.dl4jstability.listeners.internal.observation.Observation;
import io.github.dl4jstability.listeners.internal.rules.Observations;
import org.junit.jupiter.api.Test;

/** Observations come each millisecond, where nothing else is said. */
class JudgementScheduleTest {
  private final JudgementSchedule patience = new JudgementSchedule();
  private final Observations observations = new Observations(3);

  private Observation oldest = observations.next();

  /** As if a thread took them one by one. */
  private void pass(int iterations) {
    for (int i = 0; i < iterations; i++) {
      ends();
    }
  }

  private boolean ends() {
    oldest = observations.next();
    return !patience.allows(oldest, oldest);
  }

  /** With those that already wait. */
  private boolean endsWaiting() {
    return !patience.allows(observations.next(), oldest);
  }

  @Test
  void shouldJudgeTheFirstHundredIterationsOneByOne() {
    for (int i = 0; i < 100; i++) {
      assertThat(ends()).isTrue();
    }
    assertThat(ends()).isFalse();
  }

  @Test
  void shouldWaitTwentyIterationsWhileNothingMoves() {
    pass(101);
    for (int i = 1; i < 20; i++) {
      assertThat(endsWaiting()).as("after %d iterations", i).isFalse();
    }
    assertThat(endsWaiting()).isTrue();
  }

  @Test
  void shouldWaitATenthOfASecondAtTheMost() {
    observations.millis(25);
    pass(101);
    for (int i = 1; i < 4; i++) {
      assertThat(endsWaiting()).as("after %d ms", 25 * i).isFalse();
    }
    assertThat(endsWaiting()).isTrue();
  }

  @Test
  void shouldNotWaitWhereIterationsTakeLongerThanThat() {
    observations.millis(100);
    pass(101);
    assertThat(ends()).isTrue();
    assertThat(ends()).isTrue();
  }

  @Test
  void shouldCompareWithWhatWasThereLately() {
    observations.loss(8);
    pass(100);
    observations.loss(1);
    pass(20); // of which the first is compared with 8
    pass(20);
    observations.loss(5);
    assertThat(ends()).isTrue();
  }

  @Test
  void shouldLetACloserLookWait() {
    pass(110);
    observations.silence();
    assertThat(ends()).isFalse();
  }

  @Test
  void shouldJudgeNaNAtOnce() {
    pass(110);
    observations.nonFinite(Stage.GRADIENTS, 1);
    assertThat(ends()).isTrue();
  }

  @Test
  void shouldJudgeALossThatJumpsAtOnce() {
    pass(110);
    observations.loss(3.9);
    assertThat(ends()).isFalse();
    observations.loss(-4.1);
    assertThat(ends()).isTrue();
    observations.loss(4);
    assertThat(ends()).as("the same again").isFalse();
    observations.loss(Double.NaN);
    assertThat(ends()).isTrue();
  }

  @Test
  void shouldJudgeAGradientThatJumpsAtOnce() {
    pass(110);
    observations.gradients(0.1, 0.1, 0.65); // √3·0.1 before, 0.67 now
    assertThat(ends()).isFalse();
    observations.gradients(0.1, 0.1, 0.7); // 0.71
    assertThat(ends()).isTrue();
    assertThat(ends()).as("the same again").isFalse();
  }

  @Test
  void shouldTakeGradientsThatAreNotMeasuredForCalm() {
    observations.gradients();
    pass(100);
    assertThat(ends()).isFalse();
  }
}
