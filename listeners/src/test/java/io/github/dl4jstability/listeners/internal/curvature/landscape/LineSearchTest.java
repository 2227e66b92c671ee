package io.github.dl4jstability.listeners.internal.curvature.landscape;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jstability.listeners.curvature.LossProfile;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineSearchTest {
  private int evaluations;

  private LossProfile search(DoubleUnaryOperator loss, int most) {
    DoubleUnaryOperator counted =
        step -> {
          evaluations++;
          return loss.applyAsDouble(step);
        };
    return new LineSearch(counted, () -> evaluations < most).between(1, 64, loss.applyAsDouble(0));
  }

  @ParameterizedTest
  @ValueSource(doubles = {1.1, 3, 7.7, 20})
  void shouldEndWithinAFactorOfTheBestStepInTwelveEvaluations(double best) {
    LossProfile profile = search(step -> Math.abs(Math.log((step + 1e-9) / best)), 100);
    // Steps of 1, 4, 16 and 64, then four times the two neighbours, at last 2^(1/8) apart.
    assertThat(evaluations).isEqualTo(12);
    assertThat(profile.points()).hasSize(13);
    assertThat(profile.best().step() / best).isBetween(Math.pow(2, -1 / 8.0), Math.pow(2, 1 / 8.0));
  }

  @Test
  void shouldNotGoBeyondTheLargestStepNorEvaluateItAgain() {
    assertThat(search(step -> -step, 100).best().step()).isEqualTo(64);
    // On its far side there is no neighbour.
    assertThat(evaluations).isEqualTo(8);
  }

  @Test
  void shouldStayWhereItIsWhenEveryStepLeadsUp() {
    assertThat(search(step -> step, 100).best().step()).isZero();
    assertThat(evaluations).isEqualTo(4);
  }

  @Test
  void shouldNotTakeWhatIsNotANumberForTheBest() {
    assertThat(search(step -> step > 5 ? Double.NaN : -step, 100).best().step())
        .isGreaterThanOrEqualTo(4)
        .isLessThanOrEqualTo(5);
  }

  @Test
  void shouldEndWithWhatItHasWhenItMayNotGoOn() {
    assertThat(search(step -> -step, 2).points()).hasSize(3);
  }
}
