package io.github.dl4jstability.listeners.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jstability.listeners.observation.Inspection.OutputSpread;
import org.junit.jupiter.api.Test;

class LossLevelTest {
  private final LossLevel level = new LossLevel();

  private void add(Observations run, int iterations) {
    for (int i = 0; i < iterations; i++) {
      level.take(run.next());
    }
  }

  @Test
  void shouldCompareWithTheLossOfAGuessWhereItIsKnown() {
    add(new Observations(1).loss(3).spread(OutputSpread.ABSENT, 6), 5);
    assertThat(level.relative()).isCloseTo(0.5, within(1e-9));
    assertThat(level.isBelow(0.6)).isTrue();
    assertThat(level.isBelow(0.4)).isFalse();
  }

  @Test
  void shouldCompareWithTheFirstLossesWhereItIsNot() {
    Observations run = new Observations(1);
    add(run.loss(8), 10);
    add(run.loss(2), 200);
    assertThat(level.relative()).isCloseTo(0.25, within(1e-6));
  }

  @Test
  void shouldSmoothAwaySingleMinibatches() {
    Observations run = new Observations(1);
    add(run.loss(1), 50);
    add(run.loss(0), 1);
    assertThat(level.relative()).isCloseTo(0.9, within(1e-9));
  }

  @Test
  void shouldKnowNothingWhereTheLossIsNotANumberOrNotPositive() {
    add(new Observations(1).loss(Double.NaN), 5);
    assertThat(level.relative()).isNaN();
    assertThat(level.isBelow(0.8)).isFalse();
    LossLevel negative = new LossLevel();
    negative.take(new Observations(1).loss(-4).next());
    assertThat(negative.relative()).isNaN();
  }
}
