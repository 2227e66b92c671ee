package io.github.dl4jstability.listeners.internal.rules.units;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.Severity;
import io.github.dl4jstability.listeners.internal.observation.Inspection.Silence;
import io.github.dl4jstability.listeners.internal.rules.Asked;
import io.github.dl4jstability.listeners.internal.rules.Observations;
import io.github.dl4jstability.listeners.internal.rules.Setups;
import io.github.dl4jstability.measurement.Moments;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeadUnitsRuleTest {
  private final Asked rule = new Asked(new DeadUnitsRule());

  private static Optional<Diagnosis> judge(Asked rule, Observations run, int iterations) {
    Optional<Diagnosis> last = Optional.empty();
    for (int i = 0; i < iterations; i++) {
      last = rule.judge(run.next());
    }
    return last;
  }

  private static Silence silent(int silent, int units) {
    return new Silence(units, silent, 1024, 0.5 + 0.5 * silent / units);
  }

  /** Two hidden layers and an output. */
  private static Observations run(Silence first, Silence second) {
    return new Observations(3).activation("relu").silence(first, second, Silence.ABSENT);
  }

  @ParameterizedTest
  @CsvSource({"45, 0.45", "55, 0.55", "90, 0.9"})
  void shouldWarnWithTheShareWhenALayerHasMoreDeadUnitsThanTheNext(int dead, double share) {
    Diagnosis diagnosis = judge(rule, run(silent(dead, 100), silent(2, 100)), 1).orElseThrow();
    assertThat(diagnosis.severity()).isEqualTo(Severity.WARNING);
    assertThat(diagnosis.layers()).containsExactly("layer0");
    assertThat(diagnosis.evidence().get("dead share")).isCloseTo(share, within(1e-9));
    assertThat(diagnosis.explanation()).contains(dead + " of the 100 units of layer0");
  }

  /** The loss starts at 1. */
  @ParameterizedTest
  @CsvSource({"45, 0.7, INFO", "45, 0.9, WARNING", "100, 0.7, ERROR"})
  void shouldOnlyInformWhileTheRestOfTheLayerLearns(int dead, double loss, Severity severity) {
    Observations run = run(silent(dead, 100), silent(2, 100));
    judge(rule, run, 10);
    assertThat(judge(rule, run.loss(loss), 60).orElseThrow().severity()).isEqualTo(severity);
    assertThat(judge(rule, run.loss(1), 60).orElseThrow().severity())
        .isEqualTo(dead == 100 ? Severity.ERROR : Severity.WARNING);
  }

  @Test
  void shouldBeAnErrorAtTheFirstSilentLayerOnlyWhenNothingGetsThrough() {
    Diagnosis diagnosis = judge(rule, run(silent(64, 64), silent(64, 64)), 1).orElseThrow();
    assertThat(diagnosis.severity()).isEqualTo(Severity.ERROR);
    assertThat(diagnosis.layers()).containsExactly("layer0");
  }

  @Test
  void shouldOnlyWarnWhenAShortcutLeadsAroundTheDeadLayer() {
    Observations run = run(silent(64, 64), silent(0, 64)).setup(setup -> Setups.bypassed());
    assertThat(judge(rule, run, 1).orElseThrow().severity()).isEqualTo(Severity.WARNING);
  }

  @ParameterizedTest
  @ValueSource(ints = {25, 30, 39})
  void shouldBeInformationWhenFewerThanFortyPercentAreDead(int dead) {
    Diagnosis diagnosis = judge(rule, run(silent(dead, 100), silent(2, 100)), 1).orElseThrow();
    assertThat(diagnosis.severity()).isEqualTo(Severity.INFO);
  }

  @Test
  void shouldStaySilentWhenUnitsAreSparseButNotDead() {
    Silence sparse = new Silence(100, 1, 1024, 0.99);
    assertThat(judge(rule, run(sparse, sparse), 100)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 32, 459})
  void shouldWaitForEnoughExamples(long examples) {
    Silence early = new Silence(100, 90, examples, 0.9);
    assertThat(judge(rule, run(early, silent(2, 100)), 100)).isEmpty();
  }

  @Test
  void shouldNotTakeAFewExamplesForADeadLayer() {
    // ln(1e-4/3) / ln 0.9 = 97.8.
    assertThat(judge(rule, run(new Silence(50, 50, 97, 1), silent(2, 100)), 10)).isEmpty();
    assertThat(judge(rule, run(new Silence(50, 50, 98, 1), silent(2, 100)), 1)).isPresent();
  }

  @Test
  void shouldHardlyEverSpeakOfTheSilenceThatRandomWeightsGiveDeepLayers() {
    // Shares by the arc-cosine map, drawn anew for each of 1000 networks with 10 layers of 32.
    Random random = new Random(7);
    int warnings = 0;
    for (int network = 0; network < 1000; network++) {
      Silence[] layers = new Silence[11];
      double share = 0.1;
      for (int layer = 0; layer < 10; layer++) {
        int silent = 0;
        for (int unit = 0; unit < 32; unit++) {
          silent += random.nextDouble() < share ? 1 : 0;
        }
        layers[layer] = silent(silent, 32);
        share = DeadByChance.next(share);
      }
      layers[10] = Silence.ABSENT;
      Observations run = new Observations(11).activation("relu").silence(layers);
      warnings += judge(new Asked(new DeadUnitsRule()), run, 20).isPresent() ? 1 : 0;
    }
    // Stated: below 1 in 500.
    assertThat(warnings).isLessThanOrEqualTo(2);
  }

  @Test
  void shouldWarnWhenTheShareGrowsFarBeyondWhatTheRunStartedWith() {
    Observations run = run(silent(20, 100), silent(30, 100));
    assertThat(judge(rule, run, 5)).isEmpty();
    run.silence(silent(55, 100), silent(60, 100), Silence.ABSENT);
    Diagnosis diagnosis = judge(rule, run, 1).orElseThrow();
    assertThat(diagnosis.severity()).isEqualTo(Severity.WARNING);
    assertThat(diagnosis.layers()).containsExactly("layer0", "layer1");
  }

  @Test
  void shouldNotBlameChanceWhenInitialBiasesAreNegative() {
    Observations run =
        run(silent(45, 100), silent(45, 100))
            .initial(
                Observations.normal(100, -4.5, 0),
                Observations.normal(100, 0, 0),
                Observations.normal(100, 0, 0))
            .biases();
    Diagnosis diagnosis = judge(rule, run, 1).orElseThrow();
    assertThat(diagnosis.severity()).isEqualTo(Severity.WARNING);
    assertThat(diagnosis.layers()).containsExactly("layer0");
    assertThat(judge(rule, run.loss(0.1), 60).orElseThrow().severity()).isEqualTo(Severity.WARNING);
  }

  /** Of a layer that was trained, half of whose units are silent on other data. */
  @ParameterizedTest
  @ValueSource(strings = {"frozen", "goes on", "biases"})
  void shouldOnlyInformAtFirstWhenAnEarlierTrainingLeftUnitsSilent(String what) {
    Observations run = run(silent(55, 100), silent(2, 100));
    switch (what) {
      case "frozen" -> run.setup(unknown -> Setups.frozen());
      case "goes on" -> run.from(500);
      default -> run.biases();
    }
    Moments trained = Observations.normal(100, -0.05, 0.1);
    Diagnosis diagnosis = judge(rule, run.initial(trained, trained, trained), 1000).orElseThrow();
    assertThat(diagnosis.severity()).isEqualTo(Severity.INFO);
    assertThat(judge(rule, run, 1).orElseThrow().severity()).isEqualTo(Severity.WARNING);
    assertThat(judge(rule, run.loss(0.1), 60).orElseThrow().severity()).isEqualTo(Severity.INFO);
  }

  @Test
  void shouldAdviseToTrainFrozenLayers() {
    Observations run = run(silent(100, 100), silent(2, 100)).setup(unknown -> Setups.frozen());
    Diagnosis diagnosis = judge(rule, run, 1).orElseThrow();
    assertThat(diagnosis.severity()).isEqualTo(Severity.ERROR);
    assertThat(diagnosis.remedy()).isEqualTo("Train the layers named as well, or freeze fewer.");
  }

  @Test
  void shouldWarnWhenUnitsDieInARunThatGoesOn() {
    Observations run = run(silent(30, 100), silent(2, 100)).from(500);
    assertThat(judge(rule, run, 5).orElseThrow().severity()).isEqualTo(Severity.INFO);
    run.silence(silent(60, 100), silent(2, 100), Silence.ABSENT);
    assertThat(judge(rule, run, 1).orElseThrow().severity()).isEqualTo(Severity.WARNING);
  }

  @Test
  void shouldHoldOnAtTheLimitAndBeWithdrawnBelowIt() {
    Observations run = run(silent(45, 100), silent(2, 100));
    judge(rule, run, 1);
    run.silence(silent(38, 100), silent(2, 100), Silence.ABSENT);
    assertThat(judge(rule, run, 1).orElseThrow().severity()).isEqualTo(Severity.WARNING);
    run.silence(silent(8, 100), silent(2, 100), Silence.ABSENT);
    assertThat(judge(rule, run, 1)).isEmpty();
  }

  @Test
  void shouldKnowTheChanceOfSilenceOfTwoExamples() {
    // Opposite examples leave no unit silent, orthogonal ones a quarter, equal ones half.
    assertThat(DeadByChance.ofCosine(-1)).isCloseTo(0, within(1e-9));
    assertThat(DeadByChance.ofCosine(0)).isCloseTo(0.25, within(1e-9));
    assertThat(DeadByChance.ofCosine(1)).isCloseTo(0.5, within(1e-9));
    // Behind opposite examples they are orthogonal; behind orthogonal ones the cosine is 1/π.
    assertThat(DeadByChance.next(0)).isCloseTo(0.25, within(1e-9));
    assertThat(DeadByChance.next(0.25))
        .isCloseTo(0.5 - Math.acos(1 / Math.PI) / (2 * Math.PI), within(1e-9));
    assertThat(DeadByChance.next(0.5)).isCloseTo(0.5, within(1e-9));
  }

  @Test
  void shouldNameItsCondition() {
    assertThat(rule.conditions()).containsExactly(Condition.DEAD_UNITS);
  }
}
