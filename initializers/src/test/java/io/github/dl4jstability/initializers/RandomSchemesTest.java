package io.github.dl4jstability.initializers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.stat.inference.KolmogorovSmirnovTest;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Every random scheme against the distribution function that it promises. */
class RandomSchemesTest {

  private static final int N = 100_000;
  private static final double FAN_IN = 300;
  private static final double FAN_OUT = 200;
  private static final double P_LIMIT = 1e-4;

  private static final NormalDistribution STANDARD = new NormalDistribution(null, 0, 1);

  private static DoubleUnaryOperator normal(double mean, double std) {
    return x -> STANDARD.cumulativeProbability((x - mean) / std);
  }

  private static DoubleUnaryOperator uniform(double lower, double upper) {
    return x -> Math.min(1, Math.max(0, (x - lower) / (upper - lower)));
  }

  /** Computed on the side with the smaller tail, so that far intervals keep their digits. */
  private static DoubleUnaryOperator truncated(double mean, double std, double a, double b) {
    double from = (a - mean) / std;
    double to = (b - mean) / std;
    if (from > 0) {
      return x -> 1 - mass(-to, -Math.min(to, Math.max(from, (x - mean) / std))) / mass(-to, -from);
    }
    return x -> mass(from, Math.min(to, Math.max(from, (x - mean) / std))) / mass(from, to);
  }

  private static double mass(double from, double to) {
    return STANDARD.cumulativeProbability(to) - STANDARD.cumulativeProbability(from);
  }

  static Stream<Arguments> schemes() {
    double avg = Math.sqrt(2 / (FAN_IN + FAN_OUT));
    double in = Math.sqrt(1 / FAN_IN);
    double out = Math.sqrt(1 / FAN_OUT);
    double geo = Math.pow(FAN_IN * FAN_OUT, -0.25);
    double three = Math.sqrt(3);
    double cut = avg / 0.8796256610342398;
    return Stream.of(
        Arguments.of(new XavierNormal(), normal(0, avg)),
        Arguments.of(new XavierNormal(5.0 / 3), normal(0, 5.0 / 3 * avg)),
        Arguments.of(new XavierUniform(), uniform(-three * avg, three * avg)),
        Arguments.of(new HeNormal(), normal(0, Math.sqrt(2) * in)),
        Arguments.of(new HeUniform(), uniform(-Math.sqrt(6) * in, Math.sqrt(6) * in)),
        Arguments.of(new LeCunNormal(), normal(0, in)),
        Arguments.of(new LeCunUniform(), uniform(-three * in, three * in)),
        Arguments.of(new VarianceScaling(1, FanMode.FAN_OUT, Distribution.NORMAL), normal(0, out)),
        Arguments.of(
            new VarianceScaling(1, FanMode.FAN_GEO_AVG, Distribution.UNIFORM),
            uniform(-three * geo, three * geo)),
        Arguments.of(
            new VarianceScaling(1, FanMode.FAN_AVG, Distribution.TRUNCATED_NORMAL),
            truncated(0, cut, -2 * cut, 2 * cut)),
        Arguments.of(new EdgeOfChaos(1.5, 0.2, 1), normal(0, 1.5 * in)),
        Arguments.of(new RandomNormal(-1, 0.25), normal(-1, 0.25)),
        Arguments.of(new RandomUniform(-0.5, 2), uniform(-0.5, 2)),
        Arguments.of(new TruncatedNormal(0.5, 2), truncated(0.5, 2, -3.5, 4.5)),
        Arguments.of(new TruncatedNormal(0, 1, 0.3, 9), truncated(0, 1, 0.3, 9)),
        Arguments.of(new TruncatedNormal(0, 1, 0.6, 9), truncated(0, 1, 0.6, 9)),
        Arguments.of(new TruncatedNormal(0, 1, 0.3, 0.9), truncated(0, 1, 0.3, 0.9)),
        Arguments.of(new TruncatedNormal(0, 1, 4, 9), truncated(0, 1, 4, 9)),
        Arguments.of(new TruncatedNormal(0, 1, 6, 6.1), truncated(0, 1, 6, 6.1)),
        Arguments.of(new TruncatedNormal(1, 2, -30, -9), truncated(-1, 2, 9, 30)),
        Arguments.of(new TruncatedNormal(0, 1, -0.2, 0.1), truncated(0, 1, -0.2, 0.1)),
        Arguments.of(new TruncatedNormal(0, 1, -0.1, 8), truncated(0, 1, -0.1, 8)));
  }

  private static INDArray draw(IWeightInit init, DataType type, long seed) {
    Nd4j.getRandom().setSeed(seed);
    INDArray view = Nd4j.create(type, 1, N);
    return init.init(FAN_IN, FAN_OUT, new long[] {200, 500}, 'c', view);
  }

  @ParameterizedTest
  @MethodSource("schemes")
  void shouldFollowThePromisedDistributionWhenDrawn(IWeightInit init, DoubleUnaryOperator cdf) {
    for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
      double[] values = draw(init, type, 42).data().asDouble();
      boolean mirrored = init.equals(new TruncatedNormal(1, 2, -30, -9));
      if (mirrored) {
        values = Arrays.stream(values).map(x -> -x).toArray();
      }
      assertThat(kolmogorovSmirnovP(values, cdf)).as("%s %s", init, type).isGreaterThan(P_LIMIT);
    }
  }

  @ParameterizedTest
  @MethodSource("schemes")
  void shouldRepeatNoValueWhenDrawnInDoublePrecision(IWeightInit init, DoubleUnaryOperator cdf) {
    double[] values = draw(init, DataType.DOUBLE, 7).data().asDouble();

    assertThat(Arrays.stream(values).distinct().count()).isEqualTo(N);
    // 24 random bits would make at least a third of the doubles exact floats after scaling back;
    // with 53 bits practically none is.
    assertThat(Arrays.stream(values).filter(x -> x == (float) x).count()).isLessThan(5);
  }

  @Test
  void shouldRejectTheKolmogorovSmirnovTestWhenTheDistributionIsSlightlyOff() {
    double[] values = draw(new RandomNormal(0, 1), DataType.DOUBLE, 42).data().asDouble();

    assertThat(kolmogorovSmirnovP(values, normal(0, 1.04))).isLessThan(P_LIMIT);
    assertThat(kolmogorovSmirnovP(values, normal(0.03, 1))).isLessThan(P_LIMIT);
  }

  @Test
  void shouldUseMoreThan24RandomBitsWhenUniformInDoublePrecision() {
    double[] values = draw(new RandomUniform(0, 1), DataType.DOUBLE, 3).data().asDouble();

    long coarse = Arrays.stream(values).map(x -> x * 0x1p40).filter(x -> x == Math.rint(x)).count();

    assertThat(coarse).isLessThan(100);
  }

  @Test
  void shouldStayWithinBoundsWhenRoundedToFloat() {
    // 0.1 and 0.7 are not floats: rounding could step outside.
    for (IWeightInit init :
        new IWeightInit[] {new RandomUniform(0.1, 0.7), new TruncatedNormal(0.1, 3, 0.1, 0.7)}) {
      double[] values = draw(init, DataType.FLOAT, 11).data().asDouble();
      assertThat(Arrays.stream(values).min().orElseThrow()).isBetween(0.1, 0.1001);
      assertThat(Arrays.stream(values).max().orElseThrow()).isBetween(0.6999, 0.7);
    }
  }

  @Test
  void shouldHaveTheMomentsOfANormalWhenDrawnByTheZiggurat() {
    RandomStream random = RandomStream.seeded(1);
    int n = 4_000_000;
    double[] moment = new double[9];
    int beyondFour = 0;
    for (int i = 0; i < n; i++) {
      double z = random.nextGaussian();
      double power = 1;
      for (int k = 0; k < moment.length; k++) {
        moment[k] += power / n;
        power *= z;
      }
      if (Math.abs(z) > 4) {
        beyondFour++;
      }
    }

    // Limits are five standard errors: Var(z^k) = (2k−1)!! − E[z^k]².
    assertThat(moment[1]).isCloseTo(0, within(5 / Math.sqrt(n)));
    assertThat(moment[2]).isCloseTo(1, within(5 * Math.sqrt(2.0 / n)));
    assertThat(moment[3]).isCloseTo(0, within(5 * Math.sqrt(15.0 / n)));
    assertThat(moment[4]).isCloseTo(3, within(5 * Math.sqrt(96.0 / n)));
    assertThat(moment[6]).isCloseTo(15, within(5 * Math.sqrt(10170.0 / n)));
    assertThat(moment[8]).isCloseTo(105, within(5 * Math.sqrt(2016000.0 / n)));
    double expected = n * 2 * STANDARD.cumulativeProbability(-4);
    assertThat((double) beyondFour).isCloseTo(expected, within(5 * Math.sqrt(expected)));
  }

  @Test
  void shouldGiveTheSameWeightsWhenTheSeedIsTheSame() {
    INDArray first = draw(new HeNormal(), DataType.FLOAT, 5).dup();
    INDArray again = draw(new HeNormal(), DataType.FLOAT, 5).dup();
    INDArray next =
        new HeNormal()
            .init(FAN_IN, FAN_OUT, new long[] {200, 500}, 'c', Nd4j.create(DataType.FLOAT, 1, N));
    INDArray otherSeed = draw(new HeNormal(), DataType.FLOAT, 6);

    assertThat(again).isEqualTo(first);
    assertThat(next).isNotEqualTo(first);
    assertThat(otherSeed).isNotEqualTo(first);
  }

  @Test
  void shouldFillOnlyItsViewWhenTheViewIsPartOfAVector() {
    INDArray all = Nd4j.zeros(DataType.FLOAT, 1, 30);
    INDArray view =
        all.get(
            org.nd4j.linalg.indexing.NDArrayIndex.point(0),
            org.nd4j.linalg.indexing.NDArrayIndex.interval(10, 22));

    INDArray weights = new RandomUniform(1, 2).init(3, 4, new long[] {3, 4}, 'f', view);

    assertThat(weights.shape()).containsExactly(3, 4);
    assertThat(weights.ordering()).isEqualTo('f');
    float[] values = all.toFloatVector();
    for (int i = 0; i < 30; i++) {
      assertThat(values[i] >= 1).as("place %s", i).isEqualTo(i >= 10 && i < 22);
    }
    weights.putScalar(0, 0, 99);
    assertThat(all.getFloat(10)).isEqualTo(99);
  }

  @Test
  void shouldFillHalfPrecisionAndStridedViewsWhenTheFastPathDoesNotApply() {
    INDArray half = Nd4j.create(DataType.FLOAT16, 1, 1000);
    new RandomUniform(1, 2).init(1, 1, new long[] {10, 100}, 'c', half);
    INDArray wide = Nd4j.zeros(DataType.DOUBLE, 50, 2);
    new RandomUniform(1, 2).init(1, 1, new long[] {50}, 'c', wide.getColumn(1));

    assertThat(half.minNumber().doubleValue()).isBetween(1.0, 1.02);
    assertThat(half.maxNumber().doubleValue()).isBetween(1.98, 2.0);
    assertThat(wide.getColumn(0).sumNumber().doubleValue()).isZero();
    assertThat(wide.getColumn(1).minNumber().doubleValue()).isBetween(1.0, 1.2);
  }

  private static double kolmogorovSmirnovP(double[] values, DoubleUnaryOperator cdf) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double distance = 0;
    for (int i = 0; i < sorted.length; i++) {
      double f = cdf.applyAsDouble(sorted[i]);
      distance = Math.max(distance, Math.max(f - i / (double) N, (i + 1) / (double) N - f));
    }
    return 1 - new KolmogorovSmirnovTest().ksSum(distance * Math.sqrt(N), 1e-12, 100_000);
  }
}
