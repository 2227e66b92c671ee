package io.github.dl4jstability.demos.theory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jstability.demos.console.Console;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the programs count against what the formulas say. */
class TheoryTest {
  private final SplittableRandom random = new SplittableRandom(3);

  private int leave(Landscape landscape, double rate, double start, double noise) {
    return new Descent(rate, noise)
        .steps(landscape, new double[] {0, start}, p -> Math.abs(p[1]) >= 1, 100_000, random);
  }

  /** Exact for n = 1, 2, 3; three standard deviations of 200,000 samples are at most 0.0034. */
  @Test
  void shouldFindTheKnownShareOfMinimaAmongRandomMatrices() {
    double[] exact = {0.5, (2 - Math.sqrt(2)) / 4, (Math.PI - 2 * Math.sqrt(2)) / (4 * Math.PI)};
    for (int n = 1; n <= 3; n++) {
      assertThat(CriticalPoints.minimaByRandomMatrices(n, 200_000, random))
          .isCloseTo(exact[n - 1], within(0.0034));
    }
  }

  @Test
  void shouldFindFewerMinimaThanCoinsWouldMakeWhenDimensionsGrow() {
    for (int n = 2; n <= 6; n++) {
      assertThat(CriticalPoints.minimaByRandomMatrices(n, 20_000, random))
          .isLessThan(CriticalPoints.minimaByIndependentSigns(n));
    }
    double five = CriticalPoints.minimaByRandomMatrices(5, 2_000_000, random);
    double three = CriticalPoints.minimaByRandomMatrices(3, 200_000, random);
    // The decay is right up to factors that fall more slowly than exp(−n²).
    assertThat(Math.log(five / three) / (25 - 9)).isCloseTo(-Math.log(3) / 4, within(0.12));
    assertThat(CriticalPoints.decayForRandomMatrices(2)).isCloseTo(1 / 3.0, within(1e-12));
  }

  @ParameterizedTest
  @CsvSource({"0.1, 1e-2", "0.1, 1e-8", "0.01, 1e-4"})
  void shouldLeaveTheSaddleAfterAsManyStepsAsTheFormulaSays(double rate, double start) {
    double theory = new Escape(rate, 2).steps(start, 1);
    assertThat(leave(Landscape.saddle(), rate, start, 0)).isEqualTo((int) Math.ceil(theory));
    assertThat(leave(Landscape.steepSaddle(), rate, start, 0)).isEqualTo((int) Math.ceil(theory));
  }

  @Test
  void shouldNeverLeaveTheRidgeItselfWithoutNoise() {
    assertThat(leave(Landscape.saddle(), 0.1, 0, 0)).isEqualTo(100_000);
    assertThat(new Escape(0.1, 2).steps(0, 1)).isInfinite();
    assertThat(new Escape(0.1, 2).medianStepsFromTheRidge(0, 1)).isInfinite();
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-1, 1e-3, 1e-6})
  void shouldLeaveTheRidgeByNoiseAfterAsManyStepsAsTheFormulaSays(double noise) {
    int[] steps =
        IntStream.range(0, 2001).map(run -> leave(Landscape.saddle(), 0.05, 0, noise)).toArray();
    Arrays.sort(steps);
    // Runs may pass the distance before they are there for good, and steps are whole.
    assertThat((double) steps[1000])
        .isCloseTo(new Escape(0.05, 2).medianStepsFromTheRidge(noise, 1), within(3.0));
  }

  @ParameterizedTest
  @CsvSource({"2, 0.1", "2, 0.001", "3, 0.1", "3, 0.01", "4, 0.1"})
  void shouldCrossThePlateauInTheTimeOfGradientFlow(int depth, double start) {
    double rate = 1e-3;
    assertThat(Plateau.steps(depth, start, rate) * rate)
        .isCloseTo(Plateau.time(depth, start), Percentage.withPercentage(1));
  }

  @Test
  void shouldCrossPlateausOfHigherOrderInATimeThatGrowsAsAPower() {
    // u₀^(2−d)/(d−2): ten times smaller weights take 10 and 100 times as long.
    assertThat(Plateau.time(3, 1e-5) / Plateau.time(3, 1e-4)).isCloseTo(10, within(0.1));
    assertThat(Plateau.time(4, 1e-5) / Plateau.time(4, 1e-4)).isCloseTo(100, within(0.1));
    assertThat(Plateau.time(2, 1e-5) - Plateau.time(2, 1e-4)).isCloseTo(Math.log(10), within(1e-3));
  }

  /** Slopes against differences of values, at a point that is nothing special. */
  @Test
  void shouldHaveTheSlopesOfTheValues() {
    for (Landscape landscape :
        new Landscape[] {
          Landscape.saddle(),
          Landscape.steepSaddle(),
          Landscape.monkeySaddle(),
          Landscape.deepLinear(2)
        }) {
      double[] slope = landscape.gradient().apply(new double[] {0.3, -0.7});
      for (int i = 0; i < 2; i++) {
        double[] ahead = {0.3, -0.7};
        double[] behind = {0.3, -0.7};
        ahead[i] += 1e-5;
        behind[i] -= 1e-5;
        double difference =
            landscape.value().applyAsDouble(ahead) - landscape.value().applyAsDouble(behind);
        assertThat(slope[i]).as(landscape.name()).isCloseTo(difference / 2e-5, within(1e-8));
      }
    }
  }

  @Test
  void shouldRejectWhatMakesNoSense() {
    assertThatThrownBy(() -> new Descent(0, 0)).hasMessage("rate must be above 0, was 0.0");
    assertThatThrownBy(() -> new Descent(1, -1)).hasMessage("noise must be at least 0, was -1.0");
    assertThatThrownBy(() -> Landscape.deepLinear(0)).hasMessage("depth must be at least 1, was 0");
    assertThatThrownBy(() -> new Escape(1, 0))
        .hasMessage("rate and curvature must be above 0, were 1.0 and 0.0");
  }

  @Test
  void shouldPrintItsTables() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new Theory(new Console(new PrintStream(out, true, StandardCharsets.UTF_8), false)).tell();
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("random matrices").contains("never");
  }
}
