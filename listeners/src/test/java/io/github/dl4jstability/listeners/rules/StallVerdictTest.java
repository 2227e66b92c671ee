package io.github.dl4jstability.listeners.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.Severity;
import io.github.dl4jstability.listeners.observation.StationaryNumbers;
import io.github.dl4jstability.listeners.observation.StationaryNumbers.Escape;
import io.github.dl4jstability.listeners.observation.StationaryNumbers.Kind;
import io.github.dl4jstability.listeners.observation.StationaryNumbers.Noise;
import io.github.dl4jstability.listeners.observation.StationaryNumbers.Spectrum;
import io.github.dl4jstability.listeners.observation.StationaryNumbers.Step;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Each verdict from numbers alone, and beside it the numbers that are next to it. */
class StallVerdictTest {
  private Kind kind = Kind.NOT_STATIONARY;
  private double gradientNorm = 0.1;
  private double promise = 0.5;
  private Spectrum spectrum = new Spectrum(-0.001, Double.NaN, 10, -0.001, 0);
  private Noise noise = new Noise(Double.NaN, Double.NaN);
  private Step best = new Step(0, 1);
  private Step safe = new Step(0, 1);
  private Optional<Escape> escape = Optional.empty();
  private double rate = 0.1;
  private double highestRate = 0.1;
  private int minibatch = 512;
  private double baseline = Double.NaN;

  private Diagnosis verdict() {
    Stall stall = new Stall(100, 2, 400, 1, 1, 0.01, 0.001, 0.02, 300);
    StationaryNumbers numbers =
        new StationaryNumbers(
            kind,
            410,
            512,
            1,
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
            new StallContext(stall, 600, minibatch, rate, highestRate, rate, 2.3, baseline),
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
    assertThat(diagnosis.remedy()).contains("from 0.10 to 0.01");
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
}
