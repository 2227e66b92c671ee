package io.github.dl4jstability.listeners.internal.curvature.spectrum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jstability.listeners.curvature.Matrix;
import io.github.dl4jstability.listeners.curvature.SpectralDensity;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class LanczosQuadratureTest {

  private static SpectralDensity density(Matrix matrix, int directions, int steps) {
    return new LanczosQuadrature(matrix, new SplittableRandom(4)).density(directions, steps);
  }

  @Test
  void shouldFindEveryEigenvalueInAscendingOrderWithWeightsOfOne() {
    SpectralDensity density = density(Matrix.diagonal(5, -2, 1), 2, 3);
    assertThat(density.eigenvalues())
        .containsExactly(new double[] {-2, -2, 1, 1, 5, 5}, within(1e-9));
    assertThat(DoubleStream.of(density.weights()).sum()).isCloseTo(1, within(1e-12));
    assertThat(density.products()).isEqualTo(6);
  }

  /** Three steps give the moments up to the fifth as each direction sees them. */
  @Test
  void shouldBeUnbiasedInTheFirstMomentsOverManyDirections() {
    double[] values = {10, 1, 0.5, 0.2, 0.1};
    SpectralDensity density = density(Matrix.diagonal(values), 1000, 3);
    assertThat(density.mean()).isCloseTo(11.8 / 5, within(0.25));
    double second = 0;
    for (int i = 0; i < density.weights().length; i++) {
      second += density.weights()[i] * density.eigenvalues()[i] * density.eigenvalues()[i];
    }
    assertThat(second).isCloseTo(101.3 / 5, within(2.5));
  }

  @Test
  void shouldStopWhereADirectionSeesNoMoreEigenvalues() {
    assertThat(density(Matrix.diagonal(3, 3, 3, 3, 1, 1, 1, 1), 3, 6).products()).isEqualTo(6);
  }

  @Test
  void shouldTakeAsManyWholeDirectionsAsTheBudgetAllows() {
    SpectralDensity density = density(Matrix.random(30, 0, 5).limit(25), 4, 10);
    assertThat(density.products()).isEqualTo(20);
    assertThat(DoubleStream.of(density.weights()).sum()).isCloseTo(1, within(1e-9));
  }

  @Test
  void shouldNotSeeWhatIsLeftOut() {
    SpectralDensity density = density(Matrix.random(12, 1, 6), 2, 8);
    assertThat(DoubleStream.of(density.eigenvalues()).max().orElseThrow()).isLessThan(20);
  }
}
