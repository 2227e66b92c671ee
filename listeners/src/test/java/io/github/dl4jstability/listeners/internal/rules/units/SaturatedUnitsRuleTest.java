package io.github.dl4jstability.listeners.internal.rules.units;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.Severity;
import io.github.dl4jstability.listeners.internal.observation.Inspection.OutputSpread;
import io.github.dl4jstability.listeners.internal.observation.UnitHealth;
import io.github.dl4jstability.listeners.internal.rules.Asked;
import io.github.dl4jstability.listeners.internal.rules.Observations;
import io.github.dl4jstability.listeners.internal.rules.Setups;
import io.github.dl4jstability.measurement.Moments;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SaturatedUnitsRuleTest {
  private final Asked rule = new Asked(new SaturatedUnitsRule());

  private static Optional<Diagnosis> judge(Asked rule, Observations run, int iterations) {
    Optional<Diagnosis> last = Optional.empty();
    for (int i = 0; i < iterations; i++) {
      last = rule.judge(run.next());
    }
    return last;
  }

  private static UnitHealth saturated(double share) {
    return new UnitHealth(20, 0, (int) (20 * share), share);
  }

  @Test
  void shouldNameTheLayersThatAreSaturatedFromTheStart() {
    Observations run =
        new Observations(4)
            .activation("tanh")
            .unitHealth(saturated(0.1), saturated(0.8), saturated(0.9), UnitHealth.ABSENT);
    Diagnosis diagnosis = judge(rule, run, 2).orElseThrow();
    assertThat(diagnosis.severity()).isEqualTo(Severity.WARNING);
    assertThat(diagnosis.layers()).containsExactly("layer1", "layer2");
    assertThat(diagnosis.evidence().get("saturated share")).isEqualTo(0.9);
    assertThat(diagnosis.explanation()).contains("90 %").contains("from the first iteration");
    assertThat(diagnosis.remedy()).contains("XavierNormal");
  }

  @Test
  void shouldStaySilentWhenALayerSaturatesBecauseItIsSure() {
    Observations run = new Observations(2).unitHealth(saturated(0.03), UnitHealth.ABSENT);
    judge(rule, run.loss(1), 20);
    assertThat(judge(rule, run.loss(0.1), 20)).isEmpty();
    run.unitHealth(saturated(0.9), UnitHealth.ABSENT);
    assertThat(judge(rule, run, 100)).isEmpty();
  }

  @Test
  void shouldWarnWhenALayerSaturatesWhileTheLossIsAGuesss() {
    Observations run = new Observations(2).unitHealth(saturated(0.03), UnitHealth.ABSENT);
    judge(rule, run.loss(1), 20);
    run.unitHealth(saturated(0.9), UnitHealth.ABSENT);
    Diagnosis diagnosis = judge(rule, run, 3).orElseThrow();
    assertThat(diagnosis.iteration()).isEqualTo(20);
    assertThat(diagnosis.explanation()).contains("sure, and wrong");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.05, 0.33, 0.49})
  void shouldStaySilentWhenMostValuesPassGradients(double share) {
    Observations run = new Observations(2).unitHealth(saturated(share), UnitHealth.ABSENT);
    assertThat(judge(rule, run, 500)).isEmpty();
  }

  @Test
  void shouldNeverJudgeTheOutput() {
    Observations run = new Observations(2).unitHealth(UnitHealth.ABSENT, saturated(1));
    assertThat(judge(rule, run, 100)).isEmpty();
  }

  @Test
  void shouldTakeLongerNearTheLimitAndForgetWhenItIsOver() {
    Observations run = new Observations(2).unitHealth(saturated(0.6), UnitHealth.ABSENT);
    assertThat(judge(rule, run, 4)).isEmpty();
    assertThat(judge(rule, run, 2)).isPresent();
    run.unitHealth(saturated(0.1), UnitHealth.ABSENT);
    assertThat(judge(rule, run, 5)).isEmpty();
  }

  /** Frozen layers, those of a run that goes on, and those with biases that training moved. */
  @ParameterizedTest
  @ValueSource(strings = {"frozen", "goes on", "biases"})
  void shouldStaySilentAtFirstWhenAnEarlierTrainingLeftLayersSaturated(String what) {
    Observations run = new Observations(2).unitHealth(saturated(0.9), UnitHealth.ABSENT);
    switch (what) {
      case "frozen" -> run.setup(unknown -> Setups.frozen());
      case "goes on" -> run.from(500);
      default -> run.biases().initial(moved(), moved());
    }
    // A new output, or new data, knows no more than a guess at first.
    run.spread(OutputSpread.ABSENT, 1);
    assertThat(judge(rule, run.loss(1.2), 200)).isEmpty();
    assertThat(judge(rule, run.loss(0.1), 2000)).isEmpty();
  }

  /** Minibatches of few examples are measured over several iterations. */
  @Test
  void shouldTakeWhatIsSeenFirstForTheStartOfAFreshRun() {
    Observations run = new Observations(2).unitHealth(UnitHealth.ABSENT, UnitHealth.ABSENT);
    judge(rule, run, 4);
    run.unitHealth(saturated(0.9), UnitHealth.ABSENT);
    Diagnosis diagnosis = judge(rule, run.loss(0.1), 2).orElseThrow();
    assertThat(diagnosis.explanation()).contains("from the first iteration");
  }

  private static Moments moved() {
    return Observations.normal(100, 0.01, 0.02);
  }

  @Test
  void shouldWarnWhenARunThatGoesOnHadItsChanceAndLearnsNothing() {
    Observations run =
        new Observations(2)
            .from(500)
            .unitHealth(saturated(0.9), UnitHealth.ABSENT)
            .spread(OutputSpread.ABSENT, 1);
    assertThat(judge(rule, run, 1000)).isEmpty();
    Diagnosis diagnosis = judge(rule, run, 3).orElseThrow();
    assertThat(diagnosis.explanation()).contains("sure, and wrong");
  }

  @Test
  void shouldWarnWhenALayerSaturatesInARunThatGoesOn() {
    Observations run =
        new Observations(2)
            .from(500)
            .unitHealth(saturated(0.1), UnitHealth.ABSENT)
            .spread(OutputSpread.ABSENT, 1);
    judge(rule, run, 20);
    assertThat(judge(rule, run.unitHealth(saturated(0.9), UnitHealth.ABSENT), 3)).isPresent();
  }

  @Test
  void shouldStaySilentInARunThatGoesOnWhenTheLossOfAGuessIsUnknown() {
    Observations run =
        new Observations(2).from(500).unitHealth(saturated(0.9), UnitHealth.ABSENT).loss(0.01);
    assertThat(judge(rule, run, 3000)).isEmpty();
  }

  @Test
  void shouldAdviseNoRateWhereTheUpdaterHasNone() {
    Observations run = new Observations(2).unitHealth(saturated(0.03), UnitHealth.ABSENT);
    judge(rule, run.rate(Double.NaN), 20);
    run.unitHealth(saturated(0.9), UnitHealth.ABSENT);
    assertThat(judge(rule, run, 3).orElseThrow().remedy())
        .isEqualTo("Start again and put a BatchNormalization layer before the layers named.");
  }

  @Test
  void shouldNameItsCondition() {
    assertThat(rule.conditions()).containsExactly(Condition.SATURATED_UNITS);
  }
}
