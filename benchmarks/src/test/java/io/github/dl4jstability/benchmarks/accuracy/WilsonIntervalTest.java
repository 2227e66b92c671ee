package io.github.dl4jstability.benchmarks.accuracy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WilsonIntervalTest {
  /** Limits as the two roots of (p̂ − p)² = z²·p(1 − p)/n, solved apart from the code. */
  @ParameterizedTest
  @CsvSource({
    "0, 10, 0.0, 0.277532799862889",
    "10, 10, 0.722467200137111, 1.0",
    "81, 263, 0.2552885, 0.3662096",
    "15, 148, 0.0623864, 0.1604872",
    "0, 1000, 0.0, 0.003826759",
    "10, 1000, 0.0054408, 0.0183095"
  })
  void shouldGiveKnownLimits(int successes, int trials, double low, double high) {
    WilsonInterval interval = new WilsonInterval(successes, trials);

    assertThat(interval.low()).isCloseTo(low, within(1e-6));
    assertThat(interval.high()).isCloseTo(high, within(1e-6));
  }

  @ParameterizedTest
  @CsvSource({"1, 7", "50, 60", "3, 1000", "999, 1000"})
  void shouldSolveTheDefiningEquationAtBothLimits(int successes, int trials) {
    WilsonInterval interval = new WilsonInterval(successes, trials);

    for (double limit : new double[] {interval.low(), interval.high()}) {
      double distance = Math.abs(interval.share() - limit);
      double standardError = Math.sqrt(limit * (1 - limit) / trials);
      assertThat(distance / standardError).isCloseTo(1.959964, within(1e-5));
    }
  }

  @Test
  void shouldKnowNothingWithoutTrials() {
    WilsonInterval interval = new WilsonInterval(0, 0);

    assertThat(interval.share()).isNaN();
    assertThat(interval.low()).isZero();
    assertThat(interval.high()).isEqualTo(1);
    assertThat(interval.text()).isEqualTo("none");
  }

  @Test
  void shouldRejectMoreSuccessesThanTrials() {
    assertThatThrownBy(() -> new WilsonInterval(4, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("successes must be 0 to 3 (trials), were 4");
  }
}
