package io.github.dl4jstability.listeners.internal.rules.units;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.internal.observation.Inspection.OutputSpread;
import io.github.dl4jstability.listeners.internal.rules.Asked;
import io.github.dl4jstability.listeners.internal.rules.Observations;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConstantOutputRuleTest {
  private final Asked rule = new Asked(new ConstantOutputRule());

  private static Optional<Diagnosis> judge(Asked rule, Observations run, int iterations) {
    Optional<Diagnosis> last = Optional.empty();
    for (int i = 0; i < iterations; i++) {
      last = rule.judge(run.next());
    }
    return last;
  }

  private static OutputSpread answers(double spread) {
    return new OutputSpread(32, spread, 0.5);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1e-8, 0.004})
  void shouldBeRaisedAfterEightLooksAtAConstantAnswer(double spread) {
    Observations run = new Observations(2).loss(1).spread(answers(spread), 1);
    assertThat(judge(rule, run, 7)).isEmpty();
    Diagnosis diagnosis = judge(rule, run, 1).orElseThrow();
    assertThat(diagnosis.layers()).containsExactly("layer1");
    assertThat(diagnosis.iteration()).isZero();
    assertThat(diagnosis.evidence().get("ratio")).isCloseTo(spread / 0.5, within(1e-12));
  }

  @Test
  void shouldStaySilentWhenTheAnswersDependOnTheFeatures() {
    assertThat(judge(rule, new Observations(2).spread(answers(0.05), 1), 100)).isEmpty();
  }

  @Test
  void shouldStaySilentWhenTheAnswerWakesUpFromTinyWeights() {
    Observations run = new Observations(2).loss(1);
    for (double spread = 1e-7; spread < 0.1; spread *= 1.2) {
      run.spread(answers(spread), 1);
      assertThat(rule.judge(run.next())).isEmpty();
    }
  }

  @Test
  void shouldStaySilentWhenTheLossIsFarBelowThatOfAGuess() {
    Observations run = new Observations(2).loss(0.3).spread(answers(1e-9), 1);
    assertThat(judge(rule, run, 100)).isEmpty();
  }

  @Test
  void shouldNotJudgeMinibatchesOfOneExampleOrOfOneLabel() {
    Observations single = new Observations(2).spread(new OutputSpread(1, 0, 0), 1);
    assertThat(judge(rule, single, 100)).isEmpty();
    Observations oneLabel = new Observations(2).spread(new OutputSpread(32, 0, 0), 1);
    assertThat(judge(new Asked(new ConstantOutputRule()), oneLabel, 100)).isEmpty();
  }

  @Test
  void shouldBeWithdrawnWhenTheAnswersDiffer() {
    Observations run = new Observations(2).spread(answers(0), 1);
    assertThat(judge(rule, run, 20)).isPresent();
    assertThat(judge(rule, run.spread(answers(0.05), 1), 1)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"0.02, 4, true", "0.038, 4, true", "0.048, 4, false", "0.006, 0.5, false"})
  void shouldCompareTheAnswersWithAHundredthOfTheLabels(
      double answers, double labels, boolean raised) {
    Observations run = new Observations(2).spread(new OutputSpread(32, answers, labels), 1);
    assertThat(judge(rule, run, 20).isPresent()).isEqualTo(raised);
  }

  @ParameterizedTest
  @CsvSource({"0.95, true", "0.8, false"})
  void shouldAskForALossOfNineTenthsOfAGuess(double loss, boolean raised) {
    Observations run = new Observations(2).loss(loss).spread(answers(0), 1);
    assertThat(judge(rule, run, 20).isPresent()).isEqualTo(raised);
  }

  @ParameterizedTest
  @CsvSource({"1.9, true", "2.1, false"})
  void shouldCallAnAnswerAwakeThatDoublesOverTheLooks(double growth, boolean raised) {
    Observations run = new Observations(2);
    for (int look = 0; look < 8; look++) {
      run.spread(answers(1e-3 * Math.pow(growth, look / 7.0)), 1);
      assertThat(rule.judge(run.next()).isPresent()).isEqualTo(raised && look == 7);
    }
  }

  @Test
  void shouldHoldOnUpToTwiceTheLimitOnceItIsRaised() {
    Observations run = new Observations(2);
    judge(rule, run.spread(answers(0.001), 1), 8);
    assertThat(judge(rule, run.spread(answers(0.0075), 1), 20)).isPresent();
    assertThat(judge(rule, run.spread(answers(0.0125), 1), 1)).isEmpty();
  }

  @Test
  void shouldPassOverMinibatchesThatCannotBeJudged() {
    Observations run = new Observations(2).spread(answers(0), 1);
    judge(rule, run, 7);
    judge(rule, run.spread(new OutputSpread(32, 0.2, 0), 1), 1);
    judge(rule, run.spread(new OutputSpread(1, 0.2, 0.5), 1), 1);
    Diagnosis diagnosis = judge(rule, run.spread(answers(0), 1), 1).orElseThrow();
    assertThat(diagnosis.remedy()).contains("a learning rate of 1e-2 instead of the present 0.10");
    Observations single = new Observations(2).spread(new OutputSpread(1, 0, 0.5), 1);
    assertThat(judge(new Asked(new ConstantOutputRule()), single, 20)).isEmpty();
  }

  @Test
  void shouldNameItsCondition() {
    assertThat(rule.conditions()).containsExactly(Condition.CONSTANT_OUTPUT);
  }
}
