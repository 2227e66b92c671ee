package io.github.dl4jstability.initializers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.apache.commons.math3.distribution.UniformRealDistribution;
import org.apache.commons.math3.stat.inference.KolmogorovSmirnovTest;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ChronoBiasTest {

  private static final int UNITS = 20_000;
  private static final int STEPS = 100;
  private static final double P_LIMIT = 1e-4;

  private static INDArray draw(int steps, long length) {
    Nd4j.getRandom().setSeed(7);
    INDArray view = Nd4j.ones(DataType.DOUBLE, 1, length);
    return new ChronoBias(steps).init(0, 0, new long[] {1, length}, 'f', view);
  }

  private static double[] quarter(INDArray biases, int which) {
    double[] all = biases.toDoubleVector();
    int units = all.length / 4;
    return Arrays.copyOfRange(all, which * units, (which + 1) * units);
  }

  @Test
  void shouldGiveMemoriesThatAreUniformWhenDrawn() {
    double[] forget = quarter(draw(STEPS, 4L * UNITS), 1);

    double[] memories = Arrays.stream(forget).map(b -> 1 + Math.exp(b)).toArray();

    assertThat(Arrays.stream(memories)).allMatch(steps -> steps >= 2 && steps <= STEPS);
    double p =
        new KolmogorovSmirnovTest()
            .kolmogorovSmirnovTest(new UniformRealDistribution(null, 2, STEPS), memories);
    assertThat(p).isGreaterThan(P_LIMIT);
  }

  @Test
  void shouldLetInWhatIsForgottenWhenDrawn() {
    INDArray biases = draw(STEPS, 400);

    double[] forget = quarter(biases, 1);
    double[] input = quarter(biases, 3);

    assertThat(input).containsExactly(Arrays.stream(forget).map(b -> 0 - b).toArray(), within(0.0));
    assertThat(quarter(biases, 0)).containsOnly(0);
    assertThat(quarter(biases, 2)).containsOnly(0);
  }

  @Test
  void shouldRememberTwoStepsEverywhereWhenThereAreTwo() {
    assertThat(draw(2, 40).toDoubleVector()).containsOnly(0);
  }

  @Test
  void shouldSayWhatIsWrongWhenStepsOrShapeAreImpossible() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ChronoBias(1))
        .withMessage("longestDependency must be at least 2 time steps, was 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> draw(STEPS, 10))
        .withMessage("the bias must hold one value per gate and unit, was of length 10");
  }
}
