package io.github.dl4jstability.listeners.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.observation.Inspection.OutputSpread;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConstantOutputRuleTest {
  private final ConstantOutputRule rule = new ConstantOutputRule();

  private static Optional<Diagnosis> judge(Rule rule, Observations run, int iterations) {
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
    assertThat(judge(new ConstantOutputRule(), oneLabel, 100)).isEmpty();
  }

  @Test
  void shouldBeWithdrawnWhenTheAnswersDiffer() {
    Observations run = new Observations(2).spread(answers(0), 1);
    assertThat(judge(rule, run, 20)).isPresent();
    assertThat(judge(rule, run.spread(answers(0.05), 1), 1)).isEmpty();
  }

  @Test
  void shouldNameItsCondition() {
    assertThat(rule.conditions()).containsExactly(Condition.CONSTANT_OUTPUT);
  }
}
