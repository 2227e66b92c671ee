package io.github.dl4jstability.listeners.internal.stall.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class TrendTest {

  @Test
  void shouldGiveTheExactFallWhenTheSeriesIsALine() {
    Trend trend = Trend.of(new double[] {9, 7, 5, 3, 1}, 2);
    assertThat(trend.fall()).isEqualTo(8);
    assertThat(trend.least()).isEqualTo(8);
    assertThat(trend.most()).isEqualTo(8);
    assertThat(trend.noise()).isZero();
    // All 10 pairs fall; V = 5·4·15/18.
    assertThat(trend.significance()).isCloseTo(10 / Math.sqrt(300 / 18.0), within(1e-12));
  }

  @Test
  void shouldIgnoreAnOutlier() {
    assertThat(Trend.of(new double[] {9, 7, 1e9, 3, 1}, 2).fall()).isEqualTo(8);
  }

  @Test
  void shouldSeeNoTrendInAConstant() {
    Trend trend = Trend.of(new double[12], 3);
    assertThat(trend.most()).isZero();
    assertThat(trend.significance()).isZero();
  }

  /**
   * The limits must hold the true fall as often as they promise. At z = 2 each is missed with
   * probability 0.023; the binomial deviation of 4000 runs is 0.0024.
   */
  @Test
  void shouldHoldTheTrueFallAsOftenAsPromisedWhenNoiseIsSkewed() {
    Random random = new Random(1);
    int runs = 4000;
    int above = 0;
    int below = 0;
    int significant = 0;
    for (int run = 0; run < runs; run++) {
      double[] values = new double[24];
      double[] flat = new double[24];
      for (int i = 0; i < values.length; i++) {
        flat[i] = -Math.log(1 - random.nextDouble());
        values[i] = flat[i] - 0.1 * i;
      }
      Trend trend = Trend.of(values, 2);
      above += trend.most() < 2.3 ? 1 : 0;
      below += trend.least() > 2.3 ? 1 : 0;
      significant += Trend.of(flat, 2).significance() > 2 ? 1 : 0;
    }
    // Correlated runs by chance widen the limits, so that they are missed less often.
    assertThat((double) above / runs).isBetween(0.002, 0.030);
    assertThat((double) below / runs).isBetween(0.002, 0.030);
    assertThat((double) significant / runs).isBetween(0.014, 0.032);
  }

  @Test
  void shouldWidenTheLimitsWhenNeighboursResembleEachOther() {
    Random random = new Random(2);
    double[] independent = new double[30];
    double[] correlated = new double[30];
    for (int i = 0; i < 30; i++) {
      independent[i] = random.nextGaussian();
      correlated[i] = (i == 0 ? 0 : 0.8 * correlated[i - 1]) + 0.6 * independent[i];
    }
    Trend wide = Trend.of(correlated, 2);
    Trend narrow = Trend.of(independent, 2);
    assertThat((wide.most() - wide.least()) / wide.noise())
        .isGreaterThan(1.2 * (narrow.most() - narrow.least()) / narrow.noise());
  }

  @Test
  void shouldNotNarrowTheLimitsWhenNeighboursDiffer() {
    double[] alternating = {1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2};
    Trend trend = Trend.of(alternating, 2);
    assertThat(trend.fall()).isZero();
    // Of 66 slopes, at rank (66 − 2·√(12·11·29/18))/2 = 18: behind 6 of −1, 5 of −1/3, 4 of −1/5
    // and 3 of −1/7 the first of −1/9, over 11 steps.
    assertThat(trend.least()).isCloseTo(-11 / 9.0, within(1e-12));
    // Every value is ½ off.
    assertThat(trend.noise()).isCloseTo(1.4826 / 2, within(1e-12));
  }
}
