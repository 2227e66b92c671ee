package io.github.dl4jstability.listeners.curvature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jstability.listeners.curvature.StationaryPoint.Kind;
import io.github.dl4jstability.listeners.internal.curvature.Probe;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Functions whose eigenvalues can be written down, and what kind of point they have where. */
class SurfaceTest {

  static Stream<Arguments> points() {
    double[] zero = {0, 0};
    return Stream.of(
        Arguments.of("saddle", Surface.saddle(), zero, Kind.SADDLE_POINT, -2.0, 10.0),
        Arguments.of("monkey saddle", Surface.monkeySaddle(), zero, Kind.PLATEAU, 0.0, 0.0),
        Arguments.of("depth 2 at 0", Surface.deepLinear(2), zero, Kind.SADDLE_POINT, -1.0, 1.0),
        Arguments.of(
            "depth 2 at 1",
            Surface.deepLinear(2),
            new double[] {1, 1},
            Kind.LOCAL_MINIMUM,
            0.0,
            2.0),
        Arguments.of("depth 3 at 0", Surface.deepLinear(3), new double[3], Kind.PLATEAU, 0.0, 0.0),
        Arguments.of("depth 4 at 0", Surface.deepLinear(4), new double[4], Kind.PLATEAU, 0.0, 0.0),
        Arguments.of(
            "Rosenbrock's minimum",
            Surface.rosenbrock(),
            new double[] {1, 1},
            Kind.LOCAL_MINIMUM,
            0.39936077,
            1001.60063923),
        Arguments.of(
            "Rosenbrock's start",
            Surface.rosenbrock(),
            new double[] {-1.2, 1},
            Kind.NOT_STATIONARY,
            23.64,
            1506.36));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("points")
  void shouldTellKindAndEigenvaluesOfKnownPoints(
      String name, Surface surface, double[] point, Kind kind, double smallest, double largest) {
    StationaryPoint found = surface.at(point).stationaryPoint();
    assertThat(found.kind()).isEqualTo(kind);
    assertThat(found.smallestEigenvalue())
        .isCloseTo(smallest, within(1e-3 + 1e-3 * Math.abs(smallest)));
    assertThat(found.largestEigenvalue())
        .isCloseTo(largest, within(1e-5 * Math.abs(largest) + 1e-9));
    assertThat(found.residual()).isLessThan(1e-6 * Math.max(1, largest));
    assertThat(found.evidence().asymmetry()).isLessThan(1e-6);
    assertThat(found.escape().isPresent()).isEqualTo(kind == Kind.SADDLE_POINT);
  }

  @Test
  void shouldLeaveTheSaddleAlongTheEigenvectorWhenItEscapes() {
    // given
    Surface surface = Surface.saddle();
    Probe probe = surface.at(0, 0);
    // when
    Escape escape = probe.stationaryPoint().escape().orElseThrow();
    // then
    assertThat(Math.abs(escape.direction().getDouble(1))).isCloseTo(1, within(1e-9));
    assertThat(escape.lossReached()).isCloseTo(-escape.step() * escape.step(), within(1e-9));
    assertThat(surface.loss(escape.direction().mul(escape.step())))
        .isEqualTo(escape.lossReached(), within(1e-12));
    assertThat(escape.iterationsAtRate(0.1)).isInfinite();
  }

  @Test
  void shouldPredictTheIterationsThatGradientDescentTakesFromTheRidge() {
    // given: 1e-4 away from the ridge of 5x² − y²
    Surface surface = Surface.saddle();
    Escape escape = surface.at(0, 1e-4).stationaryPoint().escape().orElseThrow();
    double rate = 0.05;
    // when
    double[] place = {0, 1e-4};
    int iterations = 0;
    while (Math.abs(place[1]) < escape.step()) {
      place[1] += rate * 2 * place[1];
      iterations++;
    }
    // then
    assertThat(escape.iterationsAtRate(rate)).isCloseTo(iterations, within(1.0));
    // Noise along the direction leads away sooner than so small an offset.
    assertThat(escape.iterationsAtRate(rate, 1)).isLessThan(escape.iterationsAtRate(rate));
  }

  @Test
  void shouldFindEveryEigenvalueWhenManyAreEqual() {
    Surface surface = Surface.quadratic(3, 3, 3, -1, -1, 0, 0, 2);
    ExtremeEigenvalues ends = surface.at(new double[8]).extremeEigenvalues(4);
    assertThat(ends.converged()).isTrue();
    assertThat(ends.largest().stream().mapToDouble(RitzPair::value).toArray())
        .containsExactly(new double[] {3, 3, 3, 2}, within(1e-8));
    assertThat(ends.smallest().stream().mapToDouble(RitzPair::value).toArray())
        .containsExactly(new double[] {-1, -1, 0, 0}, within(1e-8));
  }

  @Test
  void shouldAgreeWithTheFullBasisWhenFewVectorsAreKept() {
    // given: 400 eigenvalues between 0 and 1, and two on either side
    double[] eigenvalues =
        DoubleStream.concat(
                DoubleStream.of(-0.5, -0.2, 3, 8),
                DoubleStream.iterate(0, x -> x + 1 / 396.0).limit(396))
            .toArray();
    Surface surface = Surface.quadratic(eigenvalues);
    // when
    ExtremeEigenvalues lean = surface.at(new double[400]).keepAtMost(12).extremeEigenvalues(2);
    ExtremeEigenvalues full = surface.at(new double[400]).extremeEigenvalues(2);
    // then
    for (ExtremeEigenvalues ends : new ExtremeEigenvalues[] {lean, full}) {
      assertThat(ends.converged()).isTrue();
      assertThat(ends.largest().get(0).value()).isCloseTo(8, within(1e-5));
      assertThat(ends.largest().get(1).value()).isCloseTo(3, within(1e-5));
      assertThat(ends.smallest().get(0).value()).isCloseTo(-0.5, within(1e-5));
      assertThat(ends.smallest().get(1).value()).isCloseTo(-0.2, within(1e-5));
    }
    assertThat(lean.products()).isGreaterThanOrEqualTo(full.products());
  }

  @Test
  void shouldEndWithWhatItHasWhenTheBudgetIsUsedUp() {
    double[] eigenvalues = DoubleStream.iterate(-1, x -> x + 0.01).limit(300).toArray();
    Probe probe = Surface.quadratic(eigenvalues).at(new double[300]);
    ExtremeEigenvalues ends = probe.limit(Budget.ofGradients(30)).extremeEigenvalues(1);
    assertThat(ends.converged()).isFalse();
    assertThat(probe.gradientsUsed()).isLessThanOrEqualTo(30);
    assertThat(ends.largest().get(0).residual()).isGreaterThan(1e-5);
    double error = 1.99 - ends.largest().get(0).value();
    assertThat(error).isBetween(0.0, ends.largest().get(0).residual());
  }

  @Test
  void shouldEstimateTraceAndDensityOfAKnownSpectrum() {
    double[] eigenvalues =
        DoubleStream.concat(
                DoubleStream.of(50, 20, 10), DoubleStream.generate(() -> 0.1).limit(497))
            .toArray();
    Probe probe = Surface.quadratic(eigenvalues).at(new double[500]);
    double trace = DoubleStream.of(eigenvalues).sum();
    assertThat(probe.trace().value()).isCloseTo(trace, within(0.01 * trace));
    SpectralDensity density = probe.density();
    assertThat(density.share(0, 1)).isCloseTo(497 / 500.0, within(0.01));
    assertThat(density.share(-100, 100)).isCloseTo(1, within(1e-9));
    double integral = 0;
    for (double at = -10; at < 70; at += 0.05) {
      integral += 0.05 * density.density(at, 0.5);
    }
    assertThat(integral).isCloseTo(1, within(1e-3));
  }

  @Test
  void shouldFindTheBestStepAlongTheGradient() {
    Probe probe = Surface.quadratic(4).at(1);
    LossProfile profile = probe.lineSearch(probe.gradient().neg(), 10);
    // The exact step is 1/λ; the refinement ends a factor 2^(1/8) apart.
    assertThat(profile.best().step()).isCloseTo(0.25, within(0.25 * 0.1));
    INDArray origin = Surface.row(0);
    probe.moveTo(origin);
    assertThat(probe.lineSearch(Surface.row(1), 1).best().step()).isZero();
  }
}
