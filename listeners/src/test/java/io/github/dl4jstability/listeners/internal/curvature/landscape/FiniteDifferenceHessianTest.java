package io.github.dl4jstability.listeners.internal.curvature.landscape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jstability.listeners.curvature.Budget;
import io.github.dl4jstability.listeners.curvature.Surface;
import io.github.dl4jstability.listeners.internal.curvature.objective.Objective;
import io.github.dl4jstability.listeners.internal.curvature.objective.WorkMeter;
import io.github.dl4jstability.listeners.internal.curvature.spectrum.Vectors;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;

class FiniteDifferenceHessianTest {
  private static final double EPSILON = Math.ulp(1.0);

  /** x⁴/12 in each variable; remembers where it was asked for the first slope. */
  private record Quartic(boolean smooth, List<Double> places) implements Objective {
    Quartic(boolean smooth) {
      this(smooth, new ArrayList<>());
    }

    @Override
    public long dimension() {
      return 2;
    }

    @Override
    public double loss(INDArray point) {
      return (Math.pow(point.getDouble(0), 4) + Math.pow(point.getDouble(1), 4)) / 12;
    }

    @Override
    public INDArray gradient(INDArray point) {
      places.add(point.getDouble(0));
      return Surface.row(Math.pow(point.getDouble(0), 3) / 3, Math.pow(point.getDouble(1), 3) / 3);
    }
  }

  private static INDArray product(Objective objective, INDArray point, INDArray vector) {
    INDArray product = Vectors.zeros(2);
    new FiniteDifferenceHessian(objective, point, new WorkMeter()).multiply(vector, product);
    return product;
  }

  @Test
  void shouldGiveTheProductWhateverTheLengthOfTheVector() {
    for (double length : new double[] {1e-6, 1, 1e6}) {
      INDArray product =
          product(new Quartic(true), Surface.row(1, 3), Surface.row(length, -2 * length));
      // The second derivative is x².
      assertThat(product.getDouble(0) / length).isCloseTo(1, within(1e-8));
      assertThat(product.getDouble(1) / length).isCloseTo(-18, within(1e-7));
    }
    assertThat(product(new Quartic(true), Surface.row(1, 3), Surface.row(0, 0)))
        .isEqualTo(Surface.row(0, 0));
  }

  /** The cube root of the rounding error, or its square root where there are kinks. */
  @ParameterizedTest
  @CsvSource({"true, 1", "true, 1000", "false, 1", "false, 1000", "true, 1e8"})
  void shouldStepAsFarAsRoundingAsksFor(boolean smooth, double at) {
    Quartic quartic = new Quartic(smooth);
    product(quartic, Surface.row(at, 0), Surface.row(5, 0));
    double rounding = EPSILON * (1 + at);
    double step = Math.min(1e-3, smooth ? Math.cbrt(rounding) : Math.sqrt(rounding));
    double tolerance = 2 * Math.ulp(at);
    assertThat(quartic.places().get(0) - at).isCloseTo(step, within(tolerance));
    assertThat(quartic.places().get(1) - at).isCloseTo(-step, within(tolerance));
  }

  @Test
  void shouldStayOnTheInactiveSideOfAKinkAtZero() {
    Quartic kinked = new Quartic(false);
    product(kinked, Surface.row(0, 0), Surface.row(1, 0));
    double step = Math.sqrt(EPSILON);
    assertThat(kinked.places().get(0)).isCloseTo(-step, within(1e-15));
    assertThat(kinked.places().get(1)).isCloseTo(-3 * step, within(1e-15));
  }

  @Test
  void shouldTakeTwoGradientsForAProduct() {
    WorkMeter meter = new WorkMeter();
    meter.start(Budget.ofGradients(10));
    FiniteDifferenceHessian hessian =
        new FiniteDifferenceHessian(new Quartic(true), Surface.row(0, 0), meter);
    assertThat(hessian.affordable(5)).isTrue();
    assertThat(hessian.affordable(6)).isFalse();
  }
}
