package io.github.dl4jstability.listeners.internal.observation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ThinningScheduleTest {

  @Test
  void shouldThinWithTheLogarithmOfTheRun() {
    ThinningSchedule cadence = new ThinningSchedule(1, 128);
    long due = LongStream.range(0, 100_000).filter(cadence::isDue).count();
    assertThat(due).isBetween(1100L, 1500L);
    assertThat(LongStream.range(0, 256).allMatch(cadence::isDue)).isTrue();
    assertThat(cadence.isDue(257)).isFalse();
    assertThat(cadence.isDue(258)).isTrue();
  }

  @Test
  void shouldNeverLeaveAGapLargerThanAShareOfTheRun() {
    ThinningSchedule cadence = new ThinningSchedule(1, 128);
    long last = 0;
    for (long step = 1; step < 1_000_000; step++) {
      if (cadence.isDue(step)) {
        assertThat(step - last).isLessThanOrEqualTo(Math.max(1, step / 64));
        last = step;
      }
    }
  }

  @Test
  void shouldStartAtTheFirstDistance() {
    ThinningSchedule cadence = new ThinningSchedule(10, 50);
    assertThat(LongStream.range(0, 100).filter(cadence::isDue))
        .containsExactly(0L, 10L, 20L, 30L, 40L, 50L, 60L, 70L, 80L, 90L);
  }

  @Test
  void shouldRejectNumbersBelowOne() {
    assertThatThrownBy(() -> new ThinningSchedule(0, 1))
        .hasMessage("first must be at least 1, was 0");
    assertThatThrownBy(() -> new ThinningSchedule(1, 0))
        .hasMessage("perOctave must be at least 1, was 0");
  }
}
