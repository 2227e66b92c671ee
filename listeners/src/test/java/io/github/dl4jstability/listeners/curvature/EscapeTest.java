package io.github.dl4jstability.listeners.curvature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EscapeTest {

  private static Escape escape(double step, double offset) {
    return new Escape(Surface.row(0, 1), step, 0.5, -2, offset);
  }

  /**
   * At a rate of 0.1 a curvature of −2 makes a distance grow by 1.2; 0.1·σ/√0.44 is the noise's.
   */
  @ParameterizedTest
  @CsvSource({"0.001, 0, 0.001", "0.001, 3, 0.45226701686664544", "0.3, 1, 0.3"})
  void shouldGrowFromTheOffsetOrFromWhereNoiseLeads(double offset, double noise, double start) {
    assertThat(escape(1, offset).iterationsAtRate(0.1, noise))
        .isCloseTo(Math.log(1 / start) / Math.log(1.2), within(1e-9));
  }

  @Test
  void shouldTakeNoIterationWhenThePlaceIsFartherThanTheStep() {
    assertThat(escape(0.1, 0.3).iterationsAtRate(0.1)).isZero();
  }

  @Test
  void shouldSayWhatIsWrongWithItsArguments() {
    Escape escape = escape(1, 0.1);
    for (double rate : new double[] {0, -1, Double.NaN}) {
      assertThatIllegalArgumentException().isThrownBy(() -> escape.iterationsAtRate(rate));
    }
    for (double noise : new double[] {-1, Double.NaN}) {
      assertThatIllegalArgumentException().isThrownBy(() -> escape.iterationsAtRate(0.1, noise));
    }
  }
}
