package io.github.dl4jstability.listeners.internal.curvature.spectrum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jstability.listeners.curvature.Matrix;
import io.github.dl4jstability.listeners.curvature.TraceEstimate;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HutchPlusPlusTest {

  private static TraceEstimate trace(Matrix matrix, long seed, int samples, int capacity) {
    return new HutchPlusPlus(matrix, new SplittableRandom(seed)).trace(samples, capacity);
  }

  @Test
  void shouldBeExactWhenTheSpaceIsTheWhole() {
    Matrix matrix = Matrix.random(6, 1, 1);
    TraceEstimate estimate = trace(matrix, 1, 8, 8);
    assertThat(estimate.value()).isCloseTo(matrix.trace(), within(1e-9));
    assertThat(estimate.standardError()).isZero();
    assertThat(estimate.products()).isEqualTo(5);
  }

  /** Given the space, the rest is a mean of independent samples: so are value and error². */
  @Test
  void shouldBeUnbiasedWithAnErrorThatIsItsDeviation() {
    Matrix matrix = Matrix.random(12, 1, 2);
    int runs = 1000;
    double sum = 0;
    double squares = 0;
    double errors = 0;
    for (int run = 0; run < runs; run++) {
      TraceEstimate estimate = trace(matrix, run, 4, 4);
      double off = estimate.value() - matrix.trace();
      sum += off;
      squares += off * off;
      errors += estimate.standardError() * estimate.standardError();
    }
    double deviation = Math.sqrt(squares / runs);
    // Four standard errors of the mean; a variance of 1000 values is known to 5 %.
    assertThat(sum / runs).isCloseTo(0, within(4 * deviation / Math.sqrt(runs)));
    assertThat(errors / squares).isBetween(0.85, 1.15);
  }

  @Test
  void shouldKeepToItsSamplesItsMemoryAndItsBudget() {
    assertThat(trace(Matrix.random(30, 0, 3), 1, 5, 40).products()).isEqualTo(10);
    assertThat(trace(Matrix.random(30, 0, 3), 1, 5, 3).products()).isEqualTo(8);
    TraceEstimate cut = trace(Matrix.random(30, 0, 3).limit(7), 1, 5, 40);
    assertThat(cut.products()).isEqualTo(7);
    assertThat(cut.standardError()).isPositive();
    assertThat(trace(Matrix.random(30, 0, 3).limit(6), 1, 5, 40).standardError()).isNaN();
  }
}
