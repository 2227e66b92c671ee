package io.github.dl4jstability.listeners.internal.rules.gradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.Severity;
import io.github.dl4jstability.listeners.internal.observation.Inspection.GradientThroughTime;
import io.github.dl4jstability.listeners.internal.observation.NonFinite;
import io.github.dl4jstability.listeners.internal.rules.Asked;
import io.github.dl4jstability.listeners.internal.rules.Observations;
import io.github.dl4jstability.listeners.internal.rules.Setups;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ThroughTimeRulesTest {
  private final Asked vanishing = vanishing();
  private final Asked exploding = new Asked(new ExplodingThroughTimeRule());

  private static Asked vanishing() {
    return new Asked(new VanishingThroughTimeRule());
  }

  private static Optional<Diagnosis> judge(Asked rule, Observations run, int iterations) {
    Optional<Diagnosis> last = Optional.empty();
    for (int i = 0; i < iterations; i++) {
      last = rule.judge(run.next());
    }
    return last;
  }

  private static Observations run(int steps, double factorPerStep) {
    return run(steps, factorPerStep, factorPerStep);
  }

  private static Observations run(int steps, double factorPerStep, double factorNearZero) {
    return new Observations(2)
        .throughTime(through(steps, factorPerStep, factorNearZero), GradientThroughTime.ABSENT);
  }

  private static GradientThroughTime through(int steps, double perStep, double nearZero) {
    return new GradientThroughTime(steps, Math.log10(perStep), Math.log10(nearZero));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.3, 0.5, 0.6})
  void shouldWarnWhenALayerReachesBackAFewStepsOnly(double factor) {
    assertThat(judge(vanishing, run(100, factor), 1)).isEmpty();
    Diagnosis diagnosis = judge(vanishing(), run(100, factor), 2).orElseThrow();
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
    run.throughTime(through(100, 0.5, 0.5), GradientThroughTime.ABSENT);
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
    assertThat(judge(vanishing(), run(100, 0.731), 3).orElseThrow().severity())
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
        new Observations(1)
            .throughTime(
                new GradientThroughTime(50, Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY));
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
    assertThat(judge(new Asked(new ExplodingThroughTimeRule()), ofData, 1)).isEmpty();
    Observations fading = run(100, 0.5).nonFinite(NonFinite.Stage.LOSS);
    assertThat(judge(vanishing, fading, 1)).isEmpty();
  }

  /**
   * What tanh makes of unit inputs at a recurrent gain of 1, 0.9, and at 0.9 with twice as many.
   */
  @ParameterizedTest
  @CsvSource({"0.63, 1", "0.58, 0.9", "0.51, 0.9"})
  void shouldNotWarnOfAShortReachThatTheInputsMake(double factor, double gain) {
    Observations run = run(100, factor, gain).loss(1);
    assertThat(judge(vanishing, run, 2).orElseThrow().severity()).isEqualTo(Severity.INFO);
    assertThat(judge(vanishing, run, 90).orElseThrow().severity()).isEqualTo(Severity.INFO);
  }

  /** At 0.60 a step the gradient falls by e³ in 5.9 steps, at 0.61 in 6.1. */
  @ParameterizedTest
  @CsvSource({"0.60, 30, WARNING", "0.61, 30, ", "0.60, 29, ", "0.61, 100, INFO"})
  void shouldWarnOfLongSequencesBelowAReachOfSix(double factor, int steps, Severity severity) {
    assertThat(judge(vanishing, run(steps, factor), 5).map(Diagnosis::severity))
        .isEqualTo(Optional.ofNullable(severity));
  }

  /** Far back, a random matrix fades by less than its gain. At 0.68, 7.8 steps are in reach. */
  @ParameterizedTest
  @CsvSource({"30, 0.68, WARNING", "100, 0.68, WARNING", "100, 0.69, INFO", "29, 0.68, "})
  void shouldWarnWhereTheLongWayIsAlmostAsShort(int steps, double factor, Severity severity) {
    assertThat(judge(vanishing, run(steps, factor, 0.53), 5).map(Diagnosis::severity))
        .isEqualTo(Optional.ofNullable(severity));
  }

  /** Of 8 units −ln f varies by 1/4, so 0.625 is the limit, and e to the minus that 0.535. */
  @ParameterizedTest
  @CsvSource({"8, 0.53, WARNING", "8, 0.54, INFO", "32, 0.60, WARNING"})
  void shouldLeaveRoomForChanceWhereUnitsAreFew(int units, double factor, Severity severity) {
    Observations run = run(100, factor).setup(unknown -> Setups.units(units));
    assertThat(judge(vanishing, run, 5).orElseThrow().severity()).isEqualTo(severity);
  }

  /** A gain of 0.6 makes 0.6·√½ = 0.424 of rectifiers, one of 0.61 makes 0.431. */
  @ParameterizedTest
  @CsvSource({"0.424, WARNING", "0.431, INFO"})
  void shouldKnowThatRectifiersHalveTheSquareAtAnyGain(double factor, Severity severity) {
    Observations run = run(100, factor).activation("relu");
    assertThat(judge(vanishing, run, 5).orElseThrow().severity()).isEqualTo(severity);
  }

  @Test
  void shouldNotWarnOfALayerThatLearnsToForget() {
    judge(vanishing, run(100, 0.6, 0.9).loss(1), 1);
    assertThat(judge(vanishing, run(100, 0.4, 0.5).loss(0.9), 50).orElseThrow().severity())
        .isEqualTo(Severity.INFO);
  }

  /** Of 100 steps, 0.86 reaches 19.9 and 0.87 reaches 21.5. */
  @ParameterizedTest
  @CsvSource({
    "0.86, 1, WARNING",
    "0.86, 0.97, WARNING",
    "0.86, 0.93, ",
    "0.87, 1, ",
    "0.73, 0.93, INFO"
  })
  void shouldWarnOfAReachBelowAFifthOnceTheLossStallsAtAGuess(
      double factor, double loss, Severity severity) {
    Asked rule = vanishing();
    Observations run = run(100, factor, 0.9).loss(1);
    judge(rule, run, 10);
    assertThat(warning(judge(rule, run.loss(loss), 80))).isEmpty();
    assertThat(rule.history().stall()).isEmpty();
    Optional<Diagnosis> stalled = judge(rule, run, 100);
    assertThat(rule.history().stall()).isPresent();
    assertThat(stalled.map(Diagnosis::severity)).isEqualTo(Optional.ofNullable(severity));
    Optional<Diagnosis> after = judge(rule, run.loss(3 * loss), 20);
    assertThat(rule.history().stall()).isEmpty();
    assertThat(warning(after)).isEmpty();
  }

  private static Optional<Diagnosis> warning(Optional<Diagnosis> diagnosis) {
    return diagnosis.filter(it -> it.severity() == Severity.WARNING);
  }
}
