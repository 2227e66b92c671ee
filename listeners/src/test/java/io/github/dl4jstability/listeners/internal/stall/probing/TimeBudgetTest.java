package io.github.dl4jstability.listeners.internal.stall.probing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class TimeBudgetTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void shouldAllowAShareOfTheElapsedTimeLessWhatWasSpent() {
    TimeBudget budget = new TimeBudget(0.05);
    budget.start(7 * SECOND);
    assertThat(budget.allowedSeconds(107 * SECOND)).isCloseTo(5, within(1e-9));
    budget.spend(4);
    assertThat(budget.allowedSeconds(107 * SECOND)).isCloseTo(1, within(1e-9));
    budget.spend(4);
    assertThat(budget.allowedSeconds(107 * SECOND)).isNegative();
  }

  @Test
  void shouldCountAShortRunAsOneOfTenSecondsAndBoundALookInALongOne() {
    TimeBudget budget = new TimeBudget(0.05);
    budget.start(0);
    assertThat(budget.allowedSeconds(SECOND)).isCloseTo(0.5, within(1e-9));
    assertThat(budget.allowedSeconds(100_000 * SECOND)).isCloseTo(20, within(1e-9));
  }

  @Test
  void shouldBeOffWhenTheShareIsZero() {
    assertThat(new TimeBudget(0).isOff()).isTrue();
  }
}
