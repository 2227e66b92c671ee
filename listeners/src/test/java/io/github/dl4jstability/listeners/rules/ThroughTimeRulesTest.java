package io.github.dl4jstability.listeners.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.Severity;
import io.github.dl4jstability.listeners.observation.Inspection.GradientThroughTime;
import io.github.dl4jstability.listeners.observation.NonFinite;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ThroughTimeRulesTest {
  private final VanishingThroughTimeRule vanishing = new VanishingThroughTimeRule(new LossLevel());
  private final ExplodingThroughTimeRule exploding = new ExplodingThroughTimeRule(new LossLevel());

  private static Optional<Diagnosis> judge(Rule rule, Observations run, int iterations) {
    Optional<Diagnosis> last = Optional.empty();
    for (int i = 0; i < iterations; i++) {
      last = rule.judge(run.next());
    }
    return last;
  }

  private static Observations run(int steps, double factorPerStep) {
    return new Observations(2)
        .throughTime(
            new GradientThroughTime(steps, Math.log10(factorPerStep)), GradientThroughTime.ABSENT);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.3, 0.5, 0.6})
  void shouldWarnWhenALayerReachesBackAFewStepsOnly(double factor) {
    assertThat(judge(vanishing, run(100, factor), 1)).isEmpty();
    Diagnosis diagnosis =
        judge(new VanishingThroughTimeRule(new LossLevel()), run(100, factor), 2).orElseThrow();
    assertThat(diagnosis.severity()).isEqualTo(Severity.WARNING);
    assertThat(diagnosis.layers()).containsExactly("layer0");
    assertThat(diagnosis.evidence().get("reach in steps"))
        .isCloseTo(3 / -Math.log(factor), within(1e-9));
  }

  @Test
  void shouldNotForgetBetweenLooksThroughTime() {
    Observations run = run(100, 0.5);
    judge(vanishing, run, 1);
    run.throughTime(GradientThroughTime.ABSENT, GradientThroughTime.ABSENT);
    assertThat(judge(vanishing, run, 20)).isEmpty();
    run.throughTime(new GradientThroughTime(100, Math.log10(0.5)), GradientThroughTime.ABSENT);
    assertThat(judge(vanishing, run, 1)).isPresent();
    run.throughTime(GradientThroughTime.ABSENT, GradientThroughTime.ABSENT);
    assertThat(judge(vanishing, run, 20)).isPresent();
  }

  @Test
  void shouldOnlyInformWhenTheLossHasFallenOrAnLstmForgetsAsUsual() {
    Observations run = run(100, 0.5);
    judge(vanishing, run.loss(1), 10);
    assertThat(judge(vanishing, run.loss(0.1), 50).orElseThrow().severity())
        .isEqualTo(Severity.INFO);
    assertThat(
            judge(new VanishingThroughTimeRule(new LossLevel()), run(100, 0.731), 3)
                .orElseThrow()
                .severity())
        .isEqualTo(Severity.INFO);
  }

  @Test
  void shouldStaySilentWhenALayerRemembersOrTheSequenceIsShort() {
    assertThat(judge(vanishing, run(100, 0.95), 50)).isEmpty();
    assertThat(judge(vanishing, run(20, 0.731), 50)).isEmpty();
    assertThat(judge(vanishing, run(100, 1.1), 50)).isEmpty();
  }

  @Test
  void shouldSayNothingWhereTheGradientIsNotANumber() {
    Observations run =
        new Observations(1).throughTime(new GradientThroughTime(50, Double.NEGATIVE_INFINITY));
    assertThat(judge(vanishing, run, 5)).isEmpty();
    assertThat(judge(exploding, run, 5)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(doubles = {1.04, 1.2, 1.5})
  void shouldWarnWhenGradientsGrowOverTheSequence(double factor) {
    Diagnosis diagnosis = judge(exploding, run(100, factor), 2).orElseThrow();
    assertThat(diagnosis.condition()).isEqualTo(Condition.EXPLODING_GRADIENT);
    assertThat(diagnosis.severity()).isEqualTo(Severity.WARNING);
    assertThat(diagnosis.layers()).containsExactly("layer0");
    assertThat(diagnosis.evidence().get("growth over the sequence"))
        .isCloseTo(Math.pow(factor, 100), within(1e-6 * Math.pow(factor, 100)));
  }

  @Test
  void shouldStaySilentWhenGradientsKeepTheirSizeOverTheSequence() {
    assertThat(judge(exploding, run(100, 1.02), 50)).isEmpty();
    assertThat(judge(exploding, run(5, 1.5), 50)).isEmpty();
    assertThat(judge(exploding, run(100, 0.9), 50)).isEmpty();
  }

  @Test
  void shouldOnlyInformWhenGradientsAreClipped() {
    Observations run = run(100, 1.2).setup(setup -> Setups.clipped());
    assertThat(judge(exploding, run, 5).orElseThrow().severity()).isEqualTo(Severity.INFO);
  }

  @Test
  void shouldNameTheirConditions() {
    assertThat(vanishing.conditions()).containsExactly(Condition.VANISHING_GRADIENT);
    assertThat(exploding.conditions()).containsExactly(Condition.EXPLODING_GRADIENT);
  }

  @Test
  void shouldNeedNoSecondLookOnceNumbersHaveBrokenDown() {
    Observations run = run(100, 1.5).nonFinite(NonFinite.Stage.LOSS);
    assertThat(judge(exploding, run, 1)).isPresent();
    Observations ofData = run(100, 1.5).nonFinite(NonFinite.Stage.LABELS);
    assertThat(judge(new ExplodingThroughTimeRule(new LossLevel()), ofData, 1)).isEmpty();
    Observations fading = run(100, 0.5).nonFinite(NonFinite.Stage.LOSS);
    assertThat(judge(vanishing, fading, 1)).isEmpty();
  }

  /** At 0.63 a step the gradient falls by e³ in 6.5 steps, at 0.64 in 6.7. */
  @ParameterizedTest
  @CsvSource({"0.63, 4, 1, INFO", "0.63, 5, 1, WARNING", "0.63, 5, 0.9, INFO", "0.64, 20, 1, INFO"})
  void shouldWarnOfALongerReachOnceWhatIsWithinItHasTaughtNothing(
      double factor, int looks, double loss, Severity severity) {
    Observations run = run(100, factor).loss(1);
    LossLevel level = new LossLevel();
    for (int i = 0; i < 10; i++) {
      level.take(run.next());
    }
    VanishingThroughTimeRule rule = new VanishingThroughTimeRule(level);
    for (int i = 0; i < 60; i++) {
      level.take(run.loss(loss).next());
    }
    assertThat(judge(rule, run, looks).orElseThrow().severity()).isEqualTo(severity);
  }
}
