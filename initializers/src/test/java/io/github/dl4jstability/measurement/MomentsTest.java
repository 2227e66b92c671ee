package io.github.dl4jstability.measurement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Every number is compared with plain loops over the elements, in double. */
class MomentsTest {

  static Stream<Arguments> sizesAndTypes() {
    int block = Reduction.BLOCK;
    return Stream.of(
            1,
            2,
            7,
            512,
            513,
            block - 1,
            block,
            block + 1,
            2 * block,
            10_000,
            64 * block - 1,
            64 * block,
            64 * block + 1,
            400_000,
            700_001)
        .flatMap(
            n -> Stream.of(DataType.FLOAT, DataType.DOUBLE).map(type -> Arguments.of(n, type)));
  }

  @ParameterizedTest
  @MethodSource("sizesAndTypes")
  void shouldMatchPlainLoopsWhenValuesAreNormal(int n, DataType type) {
    INDArray array = normal(type, n);
    assertMatchesPlainLoops(Moments.of(array), array);
  }

  /** Arrays with NaN are summed block by block in another way. */
  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void shouldCountWhatIsNotFiniteInEachBlock(DataType type) {
    int block = Reduction.BLOCK;
    INDArray array = Nd4j.zeros(type, 2L * block + 1);
    array.putScalar(block - 1, Double.NaN);
    assertThat(Moments.of(array).nonFinite()).isEqualTo(1);
    array.putScalar(block, Double.NEGATIVE_INFINITY);
    array.putScalar(2L * block, Double.NaN);
    Moments moments = Moments.of(array);
    assertThat(moments.nonFinite()).isEqualTo(3);
    assertThat(moments.zeroShare()).isCloseTo((2.0 * block - 2) / (2 * block + 1), within(1e-12));
    assertThat(moments.l2Norm()).isNaN();
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-40, 1e-30, 1e-15, 1e-5, 1e5, 1e15, 1e30, 1e37})
  void shouldKeepItsAccuracyAtAnyScaleWhenFloat(double scale) {
    INDArray array = normal(DataType.DOUBLE, 20_000).muli(scale).castTo(DataType.FLOAT);
    assertMatchesPlainLoops(Moments.of(array), array);
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-300, 1e-100, 1e100, 1e300})
  void shouldKeepItsAccuracyAtAnyScaleWhenDouble(double scale) {
    INDArray array = normal(DataType.DOUBLE, 20_000).muli(scale);
    Moments moments = Moments.of(array);
    Moments unscaled = Moments.of(array.div(scale));
    assertThat(moments.l2Norm() / scale).isCloseTo(unscaled.l2Norm(), within(1e-9));
    assertThat(moments.standardDeviation() / scale)
        .isCloseTo(unscaled.standardDeviation(), within(1e-12));
  }

  @Test
  void shouldFindTheSpreadWhenTheMeanIsMuchLarger() {
    INDArray array = normal(DataType.FLOAT, 50_000).muli(1e-3).addi(1);
    Moments moments = Moments.of(array);
    assertMatchesPlainLoops(moments, array);
    assertThat(moments.standardDeviation()).isCloseTo(1e-3, within(2e-5));
  }

  @Test
  void shouldFindNoSpreadWhenAllElementsAreEqual() {
    Moments moments = Moments.of(Nd4j.valueArrayOf(new long[] {300, 100}, 0.3f));
    assertThat(moments.standardDeviation()).isZero();
    assertThat(moments.mean()).isCloseTo(0.3f, within(1e-9));
    assertThat(moments.l2Norm()).isCloseTo(0.3f * Math.sqrt(30_000), within(1e-4));
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 5000, 9999})
  void shouldCountZerosOfBothSigns(int zeros) {
    INDArray array = Nd4j.ones(DataType.FLOAT, 10_000);
    for (int i = 0; i < zeros; i++) {
      array.putScalar((i * 7919L) % 10_000, i % 2 == 0 ? 0.0 : -0.0);
    }
    assertThat(Moments.of(array).zeroShare()).isEqualTo(zeros / 10_000.0);
  }

  @Test
  void shouldCountTheSmallestNumberAsNonzero() {
    INDArray array = Nd4j.zeros(DataType.FLOAT, 5000);
    array.putScalar(4321, Float.MIN_VALUE);
    Moments moments = Moments.of(array);
    assertThat(moments.zeroShare()).isEqualTo(4999 / 5000.0);
    assertThat(moments.absoluteMaximum()).isEqualTo(Float.MIN_VALUE);
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT", "DOUBLE"})
  void shouldCountNonFiniteAndShowThemWhenPresent(DataType type) {
    for (int n : new int[] {10, 6000}) {
      INDArray array = normal(type, n);
      array.putScalar(3, Double.POSITIVE_INFINITY);
      Moments infinite = Moments.of(array);
      assertThat(infinite.nonFinite()).isEqualTo(1);
      assertThat(infinite.absoluteMaximum()).isInfinite();
      assertThat(infinite.l2Norm()).isInfinite();

      array.putScalar(n - 1, Double.NaN);
      Moments withNaN = Moments.of(array);
      assertThat(withNaN.nonFinite()).isEqualTo(2);
      assertThat(withNaN.isFinite()).isFalse();
      assertThat(withNaN.absoluteMaximum()).isNaN();
      assertThat(withNaN.mean()).isNaN();
    }
  }

  @Test
  void shouldMeasureWhatAViewShowsAndNothingElse() {
    INDArray whole = normal(DataType.FLOAT, 200 * 300).reshape(200, 300);
    List<INDArray> views =
        List.of(
            whole.getRow(17),
            whole.getColumn(5),
            whole.get(NDArrayIndex.interval(10, 20), NDArrayIndex.all()),
            whole.get(NDArrayIndex.interval(10, 20), NDArrayIndex.interval(1, 280)),
            whole.get(NDArrayIndex.interval(50, 150), NDArrayIndex.all()).getRow(3),
            whole.transpose(),
            whole.reshape(20, 30, 100).permute(2, 0, 1),
            whole.dup('f'));
    for (INDArray view : views) {
      assertMatchesPlainLoops(Moments.of(view), view);
    }
  }

  @Test
  void shouldAgreeWithNd4jOperationsWhenTheBufferCannotBeRead() {
    INDArray array = normal(DataType.FLOAT, 9000);
    assertMatchesPlainLoops(OpReduction.reduce(array), array);
    INDArray half = array.castTo(DataType.HALF);
    assertMatchesPlainLoops(Moments.of(half), half.castTo(DataType.FLOAT));
    array.putScalar(8, Double.NaN).putScalar(9, Double.NEGATIVE_INFINITY);
    assertThat(OpReduction.reduce(array).nonFinite()).isEqualTo(2);
    assertThat(OpReduction.reduce(array).absoluteMaximum()).isNaN();
  }

  @Test
  void shouldMeasureEachSegmentOnItsOwnAndFollowChangesOfMagnitude() {
    INDArray view = normal(DataType.FLOAT, 30_000).reshape(1, 30_000);
    List<Segment> segments =
        List.of(
            new Segment(0, 9000),
            new Segment(9000, 0),
            new Segment(9000, 77),
            new Segment(9077, 20_923));
    SegmentedPass pass = new SegmentedPass(segments);
    for (double scale : new double[] {1, 1e-20, 1e10, 1e15}) {
      view.muli(scale);
      List<Moments> moments = pass.measure(view, true);
      assertThat(moments.get(1)).isEqualTo(Moments.ABSENT);
      for (int i : new int[] {0, 2, 3}) {
        Segment segment = segments.get(i);
        INDArray part =
            view.reshape(30_000)
                .get(NDArrayIndex.interval(segment.offset(), segment.offset() + segment.length()));
        assertMatchesPlainLoops(moments.get(i), part);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {20_000, 400_000})
  void shouldMeasureSeveralViewsAtOnceLikeEachAlone(int n) {
    List<Segment> segments =
        List.of(new Segment(0, 100), new Segment(100, n / 2), new Segment(100 + n / 2, n / 2));
    List<INDArray> views =
        List.of(normal(DataType.FLOAT, n + 100), normal(DataType.FLOAT, n + 100).muli(1e20));
    SegmentedPass pass = new SegmentedPass(segments);
    for (int repeat = 0; repeat < 3; repeat++) {
      List<List<Moments>> both = pass.measure(views, true);
      for (int view = 0; view < 2; view++) {
        for (int i = 0; i < segments.size(); i++) {
          Segment segment = segments.get(i);
          long end = segment.offset() + segment.length();
          assertMatchesPlainLoops(
              both.get(view).get(i),
              views.get(view).get(NDArrayIndex.interval(segment.offset(), end)));
        }
      }
    }
    views.get(1).putScalar(n, Double.NaN);
    assertThat(pass.measure(views, false).get(1).get(2).nonFinite()).isEqualTo(1);
    assertThat(pass.measure(views, false).get(0).get(2).nonFinite()).isZero();
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-40, 1e-25, 1e-12, 1e-3, 1, 1e12, 1e25, 1e36})
  void shouldFindTheSameSumsWithoutExtremes(double scale) {
    INDArray array = normal(DataType.DOUBLE, 20_000).muli(scale).castTo(DataType.FLOAT);
    Moments all = Moments.of(array);
    Moments sums = new ArrayMeter().measure(array, false);
    double tolerance = 1e-6 * all.rootMeanSquare();
    assertThat(sums.mean()).isCloseTo(all.mean(), within(tolerance));
    assertThat(sums.standardDeviation()).isCloseTo(all.standardDeviation(), within(tolerance));
    assertThat(sums.rootMeanSquare()).isCloseTo(all.rootMeanSquare(), within(tolerance));
  }

  @Test
  void shouldSeeNonFiniteAndLargeMeansWithoutExtremes() {
    ArrayMeter meter = new ArrayMeter();
    INDArray array = normal(DataType.FLOAT, 20_000).muli(1e-3).addi(5);
    assertThat(meter.measure(array, false).standardDeviation()).isCloseTo(1e-3, within(2e-5));
    array.putScalar(77, Double.NaN);
    assertThat(meter.measure(array, false).nonFinite()).isEqualTo(1);
    array.putScalar(77, Double.NEGATIVE_INFINITY);
    assertThat(meter.measure(array, false).nonFinite()).isEqualTo(1);
  }

  @Test
  void shouldRejectASegmentBeyondTheView() {
    SegmentedPass pass = new SegmentedPass(List.of(new Segment(5, 6)));
    assertThatThrownBy(() -> pass.measure(Nd4j.ones(10), true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("within the view of length 10")
        .hasMessageContaining("offset=5");
  }

  @Test
  void shouldReportNothingWhenTheArrayIsEmpty() {
    assertThat(Moments.of(Nd4j.empty(DataType.FLOAT))).isEqualTo(Moments.ABSENT);
    assertThat(Moments.ABSENT.isPresent()).isFalse();
  }

  @Test
  void shouldScaleEveryNumberButCountsWhenMultiplied() {
    Moments moments = Moments.of(Nd4j.createFromArray(1f, -2f, 0f, 5f)).times(-0.5);
    assertThat(moments.mean()).isEqualTo(-0.5);
    assertThat(moments.l2Norm()).isCloseTo(Math.sqrt(30) / 2, within(1e-12));
    assertThat(moments.absoluteMaximum()).isEqualTo(2.5);
    assertThat(moments.zeroShare()).isEqualTo(0.25);
    assertThat(moments.rootMeanSquare()).isCloseTo(Math.sqrt(30) / 4, within(1e-12));
  }

  private static INDArray normal(DataType type, int n) {
    INDArray array = Nd4j.create(type, n);
    java.util.Random random = new java.util.Random(n);
    for (int i = 0; i < n; i++) {
      array.putScalar(i, random.nextGaussian() + 0.1);
    }
    return array;
  }

  private static void assertMatchesPlainLoops(Moments moments, INDArray array) {
    List<Double> values = new ArrayList<>();
    INDArray flat = array.dup('c').reshape(array.length());
    for (long i = 0; i < flat.length(); i++) {
      values.add(flat.getDouble(i));
    }
    int n = values.size();
    double mean = values.stream().mapToDouble(x -> x / n).sum();
    double variance = values.stream().mapToDouble(x -> (x - mean) * (x - mean) / n).sum();
    double norm = Math.sqrt(values.stream().mapToDouble(x -> x * x).sum());
    double maximum = values.stream().mapToDouble(Math::abs).max().orElseThrow();
    long zeros = values.stream().filter(x -> x == 0).count();
    double tolerance = array.dataType() == DataType.DOUBLE ? 1e-12 : 1e-5;
    assertThat(moments.count()).isEqualTo(n);
    assertThat(moments.mean()).isCloseTo(mean, within(tolerance * norm / Math.sqrt(n)));
    assertThat(moments.standardDeviation())
        .isCloseTo(Math.sqrt(variance), within(tolerance * Math.sqrt(variance) + 1e-300));
    assertThat(moments.l2Norm()).isCloseTo(norm, within(tolerance * norm));
    assertThat(moments.absoluteMaximum()).isEqualTo(maximum);
    assertThat(moments.zeroShare()).isEqualTo((double) zeros / n);
    assertThat(moments.nonFinite()).isZero();
  }
}
