package io.github.dl4jstability.listeners.internal.stall.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.Severity;
import io.github.dl4jstability.listeners.internal.advice.RateAdvice;
import io.github.dl4jstability.listeners.internal.observation.StationaryNumbers;
import io.github.dl4jstability.listeners.internal.observation.StationaryNumbers.Escape;
import io.github.dl4jstability.listeners.internal.observation.StationaryNumbers.Kind;
import io.github.dl4jstability.listeners.internal.observation.StationaryNumbers.Noise;
import io.github.dl4jstability.listeners.internal.observation.StationaryNumbers.Spectrum;
import io.github.dl4jstability.listeners.internal.observation.StationaryNumbers.Step;
import io.github.dl4jstability.listeners.internal.stall.detection.Stall;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each verdict from numbers alone, and beside it the numbers that are next to it. */
class StallVerdictTest {
  private Kind kind = Kind.NOT_STATIONARY;
  private double loss = 1;
  private double gradientNorm = 0.1;
  private double promise = 0.5;
  private Spectrum spectrum = new Spectrum(-0.001, Double.NaN, 10, -0.001, 0);
  private Noise noise = new Noise(Double.NaN, Double.NaN);
  private Step best = new Step(0, 1);
  private Step safe = new Step(0, 1);
  private Optional<Escape> escape = Optional.empty();
  private double rate = 0.1;

  /** The step per gradient; NaN stands for the rate. */
  private double step = Double.NaN;

  private double highestRate = 0.1;
  private int minibatch = 512;
  private double firstLoss = 2.3;
  private double baseline = Double.NaN;
  private boolean cutOff;

  private Diagnosis verdict() {
    Stall stall = new Stall(100, 2, 400, 1, 1, 0.01, 0.001, 0.02, 300);
    StationaryNumbers numbers =
        new StationaryNumbers(
            kind,
            410,
            512,
            loss,
            gradientNorm,
            promise,
            0.01,
            spectrum,
            noise,
            best,
            safe,
            escape,
            true,
            90,
            0.1);
    return new StallVerdict(
            new StallContext(
                stall,
                600,
                minibatch,
                new RateAdvice("Sgd", rate),
                highestRate,
                Double.isNaN(step) ? rate : step,
                firstLoss,
                baseline,
                cutOff),
            numbers)
        .diagnosis();
  }

  @Test
  void shouldTellASaddleThatDescentDoesNotLeaveWithItsEscape() {
    kind = Kind.SADDLE_POINT;
    escape = Optional.of(new Escape(0.8, 0.4, Double.POSITIVE_INFINITY));
    Diagnosis diagnosis = verdict();
    assertThat(diagnosis.condition()).isEqualTo(Condition.SADDLE_POINT);
    assertThat(diagnosis.severity()).isEqualTo(Severity.WARNING);
    assertThat(diagnosis.iteration()).isEqualTo(100);
    assertThat(diagnosis.epoch()).isEqualTo(2);
    assertThat(diagnosis.evidence()).containsEntry("loss along the escape", 0.4);
    assertThat(diagnosis.explanation()).contains("from 1 to 0.40").contains("ridge");
  }

  @Test
  void shouldOnlyInformWhenDescentLeavesTheSaddleSoon() {
    kind = Kind.SADDLE_POINT;
    escape = Optional.of(new Escape(0.8, 0.4, 50));
    assertThat(verdict().severity()).isEqualTo(Severity.INFO);
  }

  @Test
  void shouldTellTheSlopeOfASaddleWithTheIterationsThatRemain() {
    spectrum = new Spectrum(-5, Double.NaN, 10, -5, 0);
    gradientNorm = 0.05;
    rate = 1e-3;
    best = new Step(20, 0.2);
    safe = new Step(0.1, 0.999);
    Diagnosis diagnosis = verdict();
    assertThat(diagnosis.condition()).isEqualTo(Condition.SADDLE_POINT);
    // From 0.05/5 to 20·0.05 at a growth of 1 + 1e-3·5 per iteration.
    assertThat(diagnosis.evidence().get("iterations to leave"))
        .isCloseTo(Math.log(100) / Math.log(1.005), within(1e-6));
    // A gradient across the valley is not that of a ridge.
    spectrum = new Spectrum(-5, Double.NaN, 10, 8, 0);
    assertThat(verdict().condition()).isNotEqualTo(Condition.SADDLE_POINT);
  }

  @Test
  void shouldTellAPlateauAndHowLongItTakesToCross() {
    kind = Kind.PLATEAU;
    gradientNorm = 1e-3;
    Diagnosis diagnosis = verdict();
    assertThat(diagnosis.condition()).isEqualTo(Condition.PLATEAU);
    assertThat(diagnosis.severity()).isEqualTo(Severity.WARNING);
    assertThat(diagnosis.evidence().get("iterations to cross")).isCloseTo(1e7, within(1.0));
  }

  @Test
  void shouldTellARateThatIsTooHighWithABetterOne() {
    spectrum = new Spectrum(0.1, Double.NaN, 100, 0.1, 0);
    best = new Step(0.01, 0.5);
    safe = best;
    Diagnosis diagnosis = verdict();
    assertThat(diagnosis.condition()).isEqualTo(Condition.LEARNING_RATE_TOO_HIGH);
    assertThat(diagnosis.evidence().get("better rate")).isCloseTo(0.01, within(1e-12));
    assertThat(diagnosis.remedy()).contains(".updater(new Sgd(1e-2)) instead of the present 0.10");
  }

  @Test
  void shouldNotBlameTheRateAtTheEdgeOfStability() {
    spectrum = new Spectrum(0.1, Double.NaN, 20, 0.1, 0);
    best = new Step(0.06, 0.97);
    safe = new Step(0.05, 0.97);
    promise = 0.03;
    assertThat(verdict().condition()).isEqualTo(Condition.LOCAL_MINIMUM);
  }

  @Test
  void shouldTellARateThatIsTooLowWithABetterOne() {
    rate = 1e-5;
    highestRate = rate;
    best = new Step(1, 0.6);
    safe = new Step(0.1, 0.99);
    Diagnosis diagnosis = verdict();
    assertThat(diagnosis.condition()).isEqualTo(Condition.LEARNING_RATE_TOO_LOW);
    assertThat(diagnosis.evidence().get("better rate")).isCloseTo(1e-2, within(1e-9));
  }

  @Test
  void shouldNotBlameTheRateAtTheFloorOfTheNoise() {
    // To first order 300 steps of 0.005 along a gradient of 1 take 1.5, of which nothing was seen.
    rate = 0.005;
    highestRate = rate;
    gradientNorm = 1;
    promise = 0.05;
    best = new Step(0.1, 0.95);
    safe = new Step(0.1, 0.95);
    assertThat(verdict().condition()).isEqualTo(Condition.LOCAL_MINIMUM);
    gradientNorm = 0.2; // 0.06: less than four times 0.02
    assertThat(verdict().condition()).isEqualTo(Condition.LEARNING_RATE_TOO_LOW);
  }

  @Test
  void shouldNotBlameTheRateForAGradientThatIsThereByChance() {
    rate = 1e-5;
    highestRate = rate;
    best = new Step(1, 0.6);
    safe = new Step(0.1, 0.99);
    noise = new Noise(1e-3, 5);
    assertThat(verdict().condition()).isEqualTo(Condition.LEARNING_RATE_TOO_LOW);
    noise = new Noise(1e-3, 2);
    assertThat(verdict().condition()).isEqualTo(Condition.LOCAL_MINIMUM);
  }

  @Test
  void shouldNotBlameTheRateWhenAScheduleHasLoweredIt() {
    rate = 1e-5;
    best = new Step(1, 0.6);
    safe = new Step(0.1, 0.99);
    Diagnosis diagnosis = verdict();
    assertThat(diagnosis.severity()).isEqualTo(Severity.INFO);
    assertThat(diagnosis.explanation()).contains("schedule");
  }

  @Test
  void shouldNotAskForLongerStepsThanTheCurvatureAllows() {
    best = new Step(50, 0.9);
    safe = new Step(0.1, 0.9999);
    promise = 0.2;
    Diagnosis diagnosis = verdict();
    assertThat(diagnosis.severity()).isEqualTo(Severity.INFO);
    assertThat(diagnosis.explanation()).contains("cannot be told").contains("valley");
  }

  @Test
  void shouldTellGradientNoiseWithTheBatchThatHelps() {
    kind = Kind.LOCAL_MINIMUM;
    minibatch = 4;
    noise = new Noise(80, 1);
    Diagnosis diagnosis = verdict();
    assertThat(diagnosis.condition()).isEqualTo(Condition.GRADIENT_NOISE);
    // Excess 0.1·80/(4·4) = 0.5 of a loss of 1: five times too much.
    assertThat(diagnosis.evidence().get("share of the loss from noise"))
        .isCloseTo(0.5, within(1e-9));
    assertThat(diagnosis.evidence().get("better batch size")).isCloseTo(20, within(1e-9));
    assertThat(diagnosis.evidence().get("better rate")).isCloseTo(0.02, within(1e-9));
    minibatch = 64;
    assertThat(verdict().condition()).isEqualTo(Condition.LOCAL_MINIMUM);
  }

  @Test
  void shouldTellAMinimumAsConvergedOrStuckByWhereTheLossIs() {
    kind = Kind.LOCAL_MINIMUM;
    assertThat(verdict().severity()).isEqualTo(Severity.INFO);
    assertThat(verdict().explanation()).contains("converged");
    baseline = 1.01;
    assertThat(verdict().explanation()).contains("does not look at the features");
  }

  @Test
  void shouldTakeASlightGradientOrOneOfChanceForAMinimum() {
    promise = 0.05;
    assertThat(verdict().condition()).isEqualTo(Condition.LOCAL_MINIMUM);
    promise = 0.5;
    noise = new Noise(1e-3, 1.2);
    assertThat(verdict().condition()).isEqualTo(Condition.LOCAL_MINIMUM);
    spectrum = new Spectrum(-5, Double.NaN, 10, -5, 0);
    assertThat(verdict().explanation()).contains("cannot be told");
  }

  /** At a step of 0.1; with an adaptive updater the rate is another number. */
  @ParameterizedTest
  @CsvSource({
    "0.03, 0.5, 100, true",
    "0.05, 0.5, 100, false",
    "0.01, 0.5, 25, true",
    "0.01, 0.5, 15, false",
    "0.01, 0.995, 100, false"
  })
  void shouldBlameTheRateWhereAThirdOfTheStepHelpsBeyondStability(
      double bestLength, double bestLoss, double curvature, boolean blamed) {
    spectrum = new Spectrum(0.1, Double.NaN, curvature, 0.1, 0);
    best = new Step(bestLength, bestLoss);
    safe = best;
    rate = 1e-3;
    highestRate = rate;
    step = 0.1;
    Diagnosis diagnosis = verdict();
    assertThat(diagnosis.condition() == Condition.LEARNING_RATE_TOO_HIGH).isEqualTo(blamed);
    if (blamed) {
      assertThat(diagnosis.evidence().get("better rate"))
          .isCloseTo(1e-3 * bestLength / 0.1, within(1e-12));
    }
  }

  /** At a rate of 1e-5 over 300 iterations. */
  @ParameterizedTest
  @CsvSource({
    "2e-4, 0.01, 4e-5, LEARNING_RATE_TOO_LOW",
    "5e-5, 0.01, 4e-5, PLATEAU",
    "2e-4, 3.3e-4, 4e-5, LEARNING_RATE_TOO_LOW",
    "2e-4, 1e-4, 4e-5, PLATEAU",
    "2e-4, 0.01, 2e-4, PLATEAU"
  })
  void shouldBlameAShortStepWhereTenTimesItsLengthIsStableAndPays(
      double safeLength, double gain, double highest, Condition condition) {
    rate = 1e-5;
    highestRate = highest;
    best = new Step(1, 0.6);
    safe = new Step(safeLength, 1 - gain);
    Diagnosis diagnosis = verdict();
    assertThat(diagnosis.condition()).isEqualTo(condition);
    // What cannot be told is an information.
    assertThat(diagnosis.severity())
        .isEqualTo(condition == Condition.PLATEAU ? Severity.INFO : Severity.WARNING);
  }

  /** Smallest eigenvalue, its error and residual, curvature along the gradient, the best step. */
  @ParameterizedTest
  @CsvSource({
    "-2, NaN, 0, -2, 20, 0.2, true",
    "-0.5, NaN, 0, -0.5, 20, 0.2, false",
    "-5, NaN, 0, -3.5, 20, 0.2, true",
    "-5, NaN, 0, -1.5, 20, 0.2, false",
    "-5, 2, 0, -5, 20, 0.2, true",
    "-5, 3, 0, -5, 20, 0.2, false",
    "-5, NaN, 6, -5, 20, 0.2, false",
    "-5, NaN, 0, -5, 0.1, 0.2, false",
    "-5, NaN, 0, -5, 20, 0.995, false"
  })
  void shouldTellTheSlopeOfASaddleOnlyWhereTheGradientLeadsDownTheRidge(
      double smallest,
      double error,
      double residual,
      double alongGradient,
      double bestLength,
      double bestLoss,
      boolean saddle) {
    spectrum = new Spectrum(smallest, error, 10, alongGradient, residual);
    gradientNorm = 0.05;
    rate = 1e-3;
    best = new Step(bestLength, bestLoss);
    safe = new Step(0.1, 0.999);
    assertThat(verdict().condition() == Condition.SADDLE_POINT).isEqualTo(saddle);
  }

  @Test
  void shouldInformOfASaddleThatIsLeftWithinTheIterationsSoFar() {
    kind = Kind.SADDLE_POINT;
    escape = Optional.of(new Escape(0.8, 0.4, 590));
    assertThat(verdict().severity()).isEqualTo(Severity.INFO);
    escape = Optional.of(new Escape(0.8, 0.4, 610));
    assertThat(verdict().severity()).isEqualTo(Severity.WARNING);
  }

  @Test
  void shouldNameTheRateThatLeavesASaddleFasterAndIsStable() {
    kind = Kind.SADDLE_POINT;
    escape = Optional.of(new Escape(0.8, 0.4, Double.POSITIVE_INFINITY));
    rate = 1e-3;
    step = 0.02;
    // 1/10 is five times the step.
    assertThat(verdict().remedy()).contains("a learning rate up to 5e-3 leaves faster");
    step = 0.06;
    assertThat(verdict().remedy()).doesNotContain("faster");
  }

  @Test
  void shouldNotCountTheIterationsToCrossASlopeThatIsShort() {
    kind = Kind.PLATEAU;
    gradientNorm = 0.1;
    assertThat(verdict().explanation()).contains("1000 iterations to cross");
    gradientNorm = 1;
    assertThat(verdict().explanation()).doesNotContain("cross");
  }

  @ParameterizedTest
  @CsvSource({"3, true", "8, false"})
  void shouldTakeAGradientForChanceUpToFourTimesWhatChanceMakes(double signal, boolean minimum) {
    noise = new Noise(1e-3, signal);
    assertThat(verdict().condition() == Condition.LOCAL_MINIMUM).isEqualTo(minimum);
  }

  @Test
  void shouldCallAPromiseSlightThatDoesNotCount() {
    loss = 0.05;
    promise = 0.008;
    assertThat(verdict().condition()).isEqualTo(Condition.LOCAL_MINIMUM);
  }

  @Test
  void shouldNotBlameTheNoiseOfMinibatchesWhereThereIsNone() {
    kind = Kind.LOCAL_MINIMUM;
    noise = new Noise(1e6, 1);
    assertThat(verdict().condition()).isEqualTo(Condition.LOCAL_MINIMUM);
  }

  @Test
  void shouldGiveTheNoiseScaleInExamples() {
    kind = Kind.LOCAL_MINIMUM;
    // Chance makes 80/512 of the squared norm, the signal four times that.
    noise = new Noise(80, 5);
    assertThat(verdict().evidence().get("gradient noise scale in examples"))
        .isCloseTo(128, within(1e-9));
    noise = new Noise(80, 0.5);
    assertThat(verdict().evidence().get("gradient noise scale in examples")).isInfinite();
  }

  @Test
  void shouldTellAMinimumNearTheStartFromOneBelowAGuess() {
    kind = Kind.LOCAL_MINIMUM;
    baseline = 1.2;
    assertThat(verdict().explanation()).contains("converged");
    firstLoss = 1.05;
    assertThat(verdict().explanation()).contains("stuck near where it began");
  }

  @Test
  void shouldNeverCallItAMinimumWhereAWholeLayerIsSilent() {
    kind = Kind.LOCAL_MINIMUM;
    promise = 0;
    assertThat(verdict().condition()).isEqualTo(Condition.LOCAL_MINIMUM);
    cutOff = true;
    Diagnosis diagnosis = verdict();
    assertThat(diagnosis.condition()).isEqualTo(Condition.PLATEAU);
    assertThat(diagnosis.explanation()).contains("a whole layer is silent");
  }

  /** The smallest eigenvalue counts less its residual, 0.01, and two standard errors, 0.04. */
  @ParameterizedTest
  @CsvSource({"0.16, LOCAL_MINIMUM", "0.14, PLATEAU"})
  void shouldTellABowlFromAPlateauByItsFlattestDirection(double smallest, Condition condition) {
    kind = Kind.PLATEAU;
    promise = 0;
    spectrum = new Spectrum(smallest, 0.02, 10, 1, 0.01);
    assertThat(verdict().condition()).isEqualTo(condition);
  }

  /** The stall is at a loss of 1. */
  @ParameterizedTest
  @CsvSource({
    "1.06, 1e-3, LOCAL_MINIMUM",
    "1.04, 1e-3, PLATEAU",
    "1.06, -1e-3, LOCAL_MINIMUM",
    "1.06, -1.01e-2, PLATEAU",
    "9.9e3, -0.5, PLATEAU",
    "1.01e4, -0.5, LOCAL_MINIMUM",
    "NaN, 1e-3, PLATEAU"
  })
  void shouldCallAFlatPlaceTheFloorIfSomethingWasLearnedAndNothingCurvesDown(
      double guess, double smallest, Condition condition) {
    kind = Kind.PLATEAU;
    promise = 0;
    baseline = guess;
    spectrum = new Spectrum(smallest, Double.NaN, 10, 1, 0.01);
    assertThat(verdict().condition()).isEqualTo(condition);
  }
}
