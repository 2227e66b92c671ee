package io.github.dl4jstability.listeners.internal.stall.detection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class RateWatchTest {

  private static boolean allowsComparison(double... rates) {
    return RateWatch.allowsComparison(
        Arrays.stream(rates).mapToObj(rate -> LossBlock.of(0, 0, 1, rate)).toList());
  }

  @Test
  void shouldAllowARateThatFallsOrHardlyRisesOrIsUnknown() {
    assertThat(allowsComparison(0.1, 0.1, 0.1)).isTrue();
    assertThat(allowsComparison(0.1, 0.01, 0.001)).isTrue();
    assertThat(allowsComparison(0.1, 0.104, 0.1)).isTrue();
    assertThat(allowsComparison(Double.NaN, Double.NaN)).isTrue();
  }

  @Test
  void shouldNotAllowARateThatRises() {
    assertThat(allowsComparison(0.1, 0.107, 0.107)).isFalse();
    assertThat(allowsComparison(0.1, 0.2, 0.3)).isFalse();
    assertThat(allowsComparison(1, 0.1, 0.2)).isFalse();
  }

  @Test
  void shouldAllowFourWholeCycles() {
    double[] cycle = {0.1, 0.2, 0.3, 0.2};
    assertThat(allowsComparison(repeated(cycle, 3))).isFalse();
    assertThat(allowsComparison(repeated(cycle, 4))).isTrue();
  }

  private static double[] repeated(double[] cycle, int times) {
    return DoubleStream.iterate(0, i -> i + 1)
        .limit((long) times * cycle.length)
        .map(i -> cycle[(int) i % cycle.length])
        .toArray();
  }
}
