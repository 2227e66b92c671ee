package io.github.dl4jstability.listeners.internal.curvature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jstability.listeners.curvature.Budget;
import io.github.dl4jstability.listeners.curvature.Escape;
import io.github.dl4jstability.listeners.curvature.StationaryPoint;
import io.github.dl4jstability.listeners.curvature.StationaryPoint.Kind;
import io.github.dl4jstability.listeners.curvature.Surface;
import io.github.dl4jstability.listeners.internal.curvature.objective.Objective;
import io.github.dl4jstability.listeners.internal.curvature.objective.SampledObjective;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Points on both sides of the bounds. */
class PointClassifierTest {

  private static Kind kindOf(
      int variables,
      ToDoubleFunction<double[]> function,
      Function<double[], double[]> slope,
      double... point) {
    return new Surface(variables, function, slope).at(point).stationaryPoint().kind();
  }

  /** Of 1 + 5x², where a hundredth counts: 5x² is what descent finds. */
  @ParameterizedTest
  @CsvSource({"0.1, NOT_STATIONARY", "0.04, LOCAL_MINIMUM"})
  void shouldAskForAFallOfAHundredth(double x, Kind kind) {
    assertThat(kindOf(1, p -> 1 + 5 * p[0] * p[0], p -> new double[] {10 * p[0]}, x))
        .isEqualTo(kind);
  }

  /** A notch: the slope promises more than is found on the way down. */
  @ParameterizedTest
  @CsvSource({"5e-4, LOCAL_MINIMUM", "5e-3, NOT_STATIONARY"})
  void shouldAskForATenthOfThatToBeFound(double x, Kind kind) {
    double width = 1e-5;
    assertThat(
            kindOf(
                1,
                p -> 1 + Math.hypot(p[0], width),
                p -> new double[] {p[0] / Math.hypot(p[0], width)},
                x))
        .isEqualTo(kind);
  }

  /** Of 5x² − y² beside the ridge: the gradient gives 5x², the curvature 1 within the radius. */
  @ParameterizedTest
  @CsvSource({"0.1, SADDLE_POINT", "0.2, NOT_STATIONARY"})
  void shouldAskTheCurvatureToOutdoTheGradientTenfold(double x, Kind kind) {
    assertThat(Surface.saddle().at(x, 0).stationaryPoint().kind()).isEqualTo(kind);
  }

  @Test
  void shouldNotTakeAWayDownThatDoesNotCountForTheEscapeOfASaddle() {
    Kind kind =
        kindOf(
            2,
            p -> 100 + 5 * p[0] * p[0] - 0.1 * p[1] * p[1],
            p -> new double[] {10 * p[0], -0.2 * p[1]},
            0,
            0);
    assertThat(kind).isEqualTo(Kind.PLATEAU);
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, -1})
  void shouldLeaveTheSaddleOnItsLowerSide(double side) {
    Surface surface =
        new Surface(
            2,
            p -> 5 * p[0] * p[0] - p[1] * p[1] - 0.5 * side * p[1] * p[1] * p[1],
            p -> new double[] {10 * p[0], -2 * p[1] - 1.5 * side * p[1] * p[1]});
    Escape escape = surface.at(0, 0).stationaryPoint().escape().orElseThrow();
    assertThat(side * escape.direction().getDouble(1)).isCloseTo(1, within(1e-6));
    assertThat(escape.lossReached()).isCloseTo(-1.5, within(1e-6));
  }

  @Test
  void shouldCountTheWorkOfEachVerdictByItself() {
    Probe probe = Surface.saddle().at(0, 0);
    double first = probe.stationaryPoint().evidence().gradients();
    assertThat(first).isPositive();
    assertThat(probe.stationaryPoint().evidence().gradients()).isLessThan(first + 0.5);
  }

  @Test
  void shouldSayThatItDidNotFinishWhenTheBudgetEndsBehindTheEigenvalues() {
    double needed = Surface.saddle().at(0, 0).stationaryPoint().evidence().gradients();
    Probe probe = Surface.saddle().at(0, 0).limit(Budget.ofGradients(needed - 1));
    StationaryPoint point = probe.stationaryPoint();
    assertThat(point.smallestEigenvalue()).isCloseTo(-2, within(1e-6));
    assertThat(point.evidence().converged()).isFalse();
    assertThat(Surface.saddle().at(0, 0).stationaryPoint().evidence().converged()).isTrue();
  }

  @Test
  void shouldGiveTheResidualOfTheEndThatIsLessCertain() {
    // One eigenvalue far above, which is found at once, and many that are close to each other.
    double[] eigenvalues =
        DoubleStream.concat(DoubleStream.of(100), DoubleStream.iterate(0, x -> x + 0.01).limit(299))
            .toArray();
    Probe probe = Surface.quadratic(eigenvalues).at(new double[300]).limit(Budget.ofGradients(40));
    StationaryPoint point = probe.stationaryPoint();
    assertThat(point.largestEigenvalue()).isCloseTo(100, within(1e-6));
    assertThat(point.smallestEigenvalue()).isBetween(1e-4, point.residual());
  }

  /** Examples whose curvatures along y differ: −1 on average, and more or less by a spread. */
  private record Scattered(int from, int to, double spread) implements SampledObjective {
    private double curvature() {
      double sum = 0;
      for (int example = from; example < to; example++) {
        sum += -1 + spread * (example / 8 % 2 == 0 ? 1 : -1);
      }
      return sum / (to - from);
    }

    private Surface surface() {
      return Surface.quadratic(10, curvature());
    }

    @Override
    public int examples() {
      return to - from;
    }

    @Override
    public Objective over(int first, int end) {
      return new Scattered(from + first, from + end, spread);
    }

    @Override
    public long dimension() {
      return 2;
    }

    @Override
    public double loss(INDArray point) {
      return surface().loss(point);
    }

    @Override
    public INDArray gradient(INDArray point) {
      return surface().gradient(point);
    }
  }

  /** Eight parts of eight examples: the standard error is spread·√(8/7)/√8. */
  @ParameterizedTest
  @CsvSource({"1.2, SADDLE_POINT", "1.5, LOCAL_MINIMUM"})
  void shouldNotTakeACurvatureForNegativeThatExamplesDisagreeAbout(double spread, Kind kind) {
    Probe probe = Probe.on(new Scattered(0, 64, spread), Surface.row(0, 0));
    StationaryPoint point = probe.stationaryPoint();
    assertThat(point.evidence().smallest().standardError())
        .isCloseTo(spread / Math.sqrt(7), within(1e-6));
    assertThat(point.kind()).isEqualTo(kind);
  }

  /** Of 1 − ½cx² + x³ the way down at x = −1 is 1 + ½c, of which the curvature gives ½c. */
  @ParameterizedTest
  @CsvSource({"0.022, SADDLE_POINT", "0.019, PLATEAU", "1e-7, PLATEAU"})
  void shouldAskTheCurvatureToExplainAHundredthOfTheWayDown(double c, Kind kind) {
    assertThat(
            kindOf(
                1,
                p -> 1 - c / 2 * p[0] * p[0] + p[0] * p[0] * p[0],
                p -> new double[] {-c * p[0] + 3 * p[0] * p[0]},
                0))
        .isEqualTo(kind);
  }
}
