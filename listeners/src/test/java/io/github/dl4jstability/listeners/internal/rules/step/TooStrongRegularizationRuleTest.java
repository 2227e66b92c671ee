package io.github.dl4jstability.listeners.internal.rules.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.Severity;
import io.github.dl4jstability.listeners.internal.observation.Inspection.OutputSpread;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure.Setup;
import io.github.dl4jstability.listeners.internal.rules.Asked;
import io.github.dl4jstability.listeners.internal.rules.Observations;
import io.github.dl4jstability.listeners.internal.rules.Setups;
import io.github.dl4jstability.measurement.Moments;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TooStrongRegularizationRuleTest {
  private static final double GUESS = 1;
  private static final OutputSpread ANSWERING = new OutputSpread(32, 0.2, 0.5);

  private final Asked rule = new Asked(new TooStrongRegularizationRule());

  private static Observations run(Setup setup) {
    Moments first = new Moments(100, 0, 0.1, 1, 1, 0, 0);
    return new Observations(1).setup(unknown -> setup).spread(ANSWERING, GUESS).initial(first);
  }

  /** Weights that become {@code factor} times as large at each step, from a norm of 1. */
  private Optional<Diagnosis> shrink(Observations run, double factor, int steps) {
    Optional<Diagnosis> last = Optional.empty();
    for (int step = 1; step <= steps; step++) {
      last = rule.judge(run.parameters(Math.pow(factor, step)).next());
    }
    return last;
  }

  @Test
  void shouldTellWhatPulledHowHardAndWhatToSet() {
    Observations run = run(Setups.penalized(0, 2, 0)).gradients(0.05).loss(5);
    Diagnosis diagnosis = shrink(run, 0.9, 30).orElseThrow();
    assertThat(diagnosis.condition()).isEqualTo(Condition.REGULARIZATION_TOO_STRONG);
    assertThat(diagnosis.severity()).isEqualTo(Severity.WARNING);
    assertThat(diagnosis.layers()).containsExactly("layer0");
    assertThat(diagnosis.iteration()).isZero();
    assertThat(diagnosis.evidence().get("pull / gradient")).isCloseTo(2 / 0.05, within(1e-9));
    assertThat(diagnosis.evidence().get("weights / initial weights"))
        .isCloseTo(Math.pow(0.9, 20), within(1e-9));
    assertThat(diagnosis.remedy()).startsWith(".l2(5e-3) instead of the present 2: ");
  }

  @Test
  void shouldWaitUntilTheLossIsAMeanOverTwentyIterations() {
    Observations run = run(Setups.penalized(0, 2, 0)).gradients(0.05).loss(5);
    assertThat(shrink(run, 0.5, 19)).isEmpty();
    assertThat(rule.judge(run.next())).isPresent();
  }

  @ParameterizedTest
  @CsvSource({"0.052, true", "0.048, false"})
  void shouldAskForWeightsOfLessThanHalfTheirFirstNorm(double logShrink, boolean raised) {
    Observations run = run(Setups.penalized(0, 2, 0)).gradients(0.05).loss(5);
    double factor = Math.exp(-logShrink * Math.log(2));
    assertThat(shrink(run, factor, 20).isPresent()).isEqualTo(raised);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 2, 0, 1.9, true", // λ‖w‖ = 2
    "0, 2, 0, 2.1, false",
    "0.1, 0, 0, 0.79, true", // √(2/π)·λ√n = 0.798
    "0.1, 0, 0, 0.81, false"
  })
  void shouldComparePenaltiesInTheGradientWithTheGradient(
      double l1, double l2, double decay, double gradient, boolean raised) {
    Observations run = run(Setups.penalized(l1, l2, decay)).loss(5);
    boolean told = false;
    for (int step = 0; step < 30; step++) {
      double norm = Math.pow(0.95, step + 1);
      double pulled = l2 > 0 ? gradient * Math.pow(0.95, step) : gradient;
      told = rule.judge(run.parameters(norm).gradients(pulled).next()).isPresent();
    }
    assertThat(told).isEqualTo(raised);
  }

  @ParameterizedTest
  @CsvSource({"0.27, true", "0.29, false"}) // √2·d = 0.283, d = ηλ‖w‖, η = 0.1
  void shouldCompareDecayWithTheWholeStep(double step, boolean raised) {
    Observations run = run(Setups.penalized(0, 0, 2)).loss(5);
    boolean told = false;
    for (int i = 0; i < 30; i++) {
      double before = Math.pow(0.9, i);
      told = rule.judge(run.parameters(before * 0.9).updates(before * step).next()).isPresent();
    }
    assertThat(told).isEqualTo(raised);
  }

  @Test
  void shouldNotTakeDecaysNumberForTheUsers() {
    Observations run = run(Setups.penalized(0, 0, 2)).loss(5);
    Optional<Diagnosis> told = Optional.empty();
    for (int i = 0; i < 30; i++) {
      double before = Math.pow(0.8, i);
      // A step of decay, 0.2, and a hundredth of that at a right angle.
      run.parameters(before * 0.8).updates(before * Math.hypot(0.2, 0.002));
      told = rule.judge(run.next());
    }
    assertThat(told.orElseThrow().evidence().get("pull / gradient")).isCloseTo(100, within(1e-6));
    assertThat(told.orElseThrow().remedy()).startsWith("1e-3 times the present .weightDecay(…)");
  }

  @ParameterizedTest
  @CsvSource({"0.95, true", "0.85, false"})
  void shouldTakeThePenaltyOffTheLoss(double learned, boolean raised) {
    Observations run = run(Setups.penalized(0, 2, 0)).gradients(1e-3);
    boolean told = false;
    for (int step = 0; step < 60; step++) {
      double before = Math.pow(0.97, step);
      run.loss(learned + before * before).parameters(before * 0.97);
      told = rule.judge(run.next()).isPresent();
    }
    assertThat(told).isEqualTo(raised);
  }

  @ParameterizedTest
  @CsvSource({"0.04, true", "0.06, false"})
  void shouldTakeEqualAnswersForNothingLearned(double spread, boolean raised) {
    Observations run =
        run(Setups.penalized(0.1, 0, 0))
            .gradients(0.05)
            .loss(0.5)
            .spread(new OutputSpread(32, spread, 0.5), GUESS);
    Optional<Diagnosis> told = shrink(run, 0.9, 30);
    assertThat(told.isPresent()).isEqualTo(raised);
    told.ifPresent(diagnosis -> assertThat(diagnosis.explanation()).contains("hardly differ"));
  }

  @Test
  void shouldStaySilentWhenTheLossShrinksTheWeights() {
    assertThat(shrink(run(Setups.penalized(0, 1e-4, 0)), 0.9, 100)).isEmpty();
  }

  /** Behind dead units no gradient holds the weights, and Adam lets any l2 shrink them. */
  @ParameterizedTest
  @CsvSource({"0.001, false", "0.05, true"})
  void shouldNotBlameAnOrdinaryPenaltyWhereTheGradientIsGone(double l2, boolean raised) {
    Observations run = run(Setups.penalized(0, l2, 0)).gradients(0.1).loss(5);
    for (int i = 0; i < 12; i++) {
      rule.judge(run.parameters(1).next());
    }
    run.gradients(1e-6);
    assertThat(shrink(run, 0.95, 40).isPresent()).isEqualTo(raised);
    Asked other = new Asked(new TooStrongRegularizationRule());
    run.again().gradients(0);
    for (int i = 0; i < 40; i++) {
      assertThat(other.judge(run.parameters(Math.pow(0.9, i)).next())).isEmpty();
    }
  }

  @Test
  void shouldStaySilentWithoutPenalties() {
    assertThat(shrink(run(Setup.UNKNOWN).gradients(1e-9), 0.9, 100)).isEmpty();
  }

  @Test
  void shouldBeWithdrawnWhenTheWeightsAreBack() {
    Observations run = run(Setups.penalized(0, 2, 0)).gradients(0.05);
    assertThat(shrink(run, 0.9, 30)).isPresent();
    assertThat(rule.judge(run.parameters(0.6).next())).isEmpty();
  }

  @Test
  void shouldBeWithdrawnWhenTheNetworkLearns() {
    Observations run = run(Setups.penalized(0, 2, 0)).gradients(0.05);
    assertThat(shrink(run, 0.9, 30)).isPresent();
    Optional<Diagnosis> told = Optional.empty();
    for (int i = 0; i < 10; i++) {
      told = rule.judge(run.loss(0.5).next());
    }
    assertThat(told).isEmpty();
  }

  @Test
  void shouldNameItsCondition() {
    assertThat(rule.conditions()).containsExactly(Condition.REGULARIZATION_TOO_STRONG);
  }
}
