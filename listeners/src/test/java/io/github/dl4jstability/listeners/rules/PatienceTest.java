package io.github.dl4jstability.listeners.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jstability.listeners.observation.NonFinite.Stage;
import org.junit.jupiter.api.Test;

/** Observations here come each millisecond. */
class PatienceTest {
  private final Patience patience = new Patience();
  private final Observations observations = new Observations(3);

  private void pass(int iterations) {
    for (int i = 0; i < iterations; i++) {
      patience.endsWith(observations.next());
    }
  }

  private boolean ends() {
    return patience.endsWith(observations.next());
  }

  @Test
  void shouldJudgeTheFirstHundredIterationsOneByOne() {
    for (int i = 0; i < 100; i++) {
      assertThat(ends()).isTrue();
    }
    assertThat(ends()).isFalse();
  }

  @Test
  void shouldWaitATenthOfASecondWhileNothingMoves() {
    pass(100); // the last judged at 99 ms
    for (int i = 100; i < 199; i++) {
      assertThat(ends()).as("iteration %d", i).isFalse();
    }
    assertThat(ends()).isTrue();
    assertThat(ends()).isFalse();
  }

  @Test
  void shouldNotWaitWhereIterationsTakeLongerThanThat() {
    observations.every(100);
    pass(100);
    assertThat(ends()).isTrue();
    assertThat(ends()).isTrue();
  }

  @Test
  void shouldJudgeACloserLookAtOnce() {
    pass(110);
    observations.silence();
    assertThat(ends()).isTrue();
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
