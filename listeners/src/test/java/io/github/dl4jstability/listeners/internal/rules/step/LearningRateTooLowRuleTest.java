package io.github.dl4jstability.listeners.internal.rules.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.internal.rules.Asked;
import io.github.dl4jstability.listeners.internal.rules.Steps;
import java.util.Optional;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LearningRateTooLowRuleTest {
  private final Asked rule = new Asked(new LearningRateTooLowRule());
  private final Random random = new Random(5);

  /** A run as recorded from gradient descent at rate 1e-4 on minibatches of 16. */
  private static Steps slow() {
    Steps run = new Steps(3);
    run.rate = 1e-4;
    run.gradient = 1;
    run.parameters = 4;
    run.update = 1e-4;
    run.loss = 2;
    return run;
  }

  /** Lets cosines scatter around a mean, as they do between minibatches. */
  private Optional<Diagnosis> judge(Steps run, double cosine, int iterations) {
    Optional<Diagnosis> last = Optional.empty();
    for (int i = 0; i < iterations; i++) {
      run.agreement = Math.max(-1, Math.min(1, cosine + 0.3 * random.nextGaussian()));
      last = rule.judge(run.next());
    }
    return last;
  }

  @Test
  void shouldBeRaisedWithABetterRateWhenShortStepsAgree() {
    Diagnosis diagnosis = judge(slow(), 0.5, 300).orElseThrow();
    // 1e-4 / 4 falls short of 1e-3 by a factor of 40.
    assertThat(diagnosis.evidence().get("largest update / parameters"))
        .isCloseTo(2.5e-5, within(1e-9));
    assertThat(diagnosis.remedy()).contains(".updater(new Sgd(4e-3)) instead of the present 1e-4");
    assertThat(diagnosis.iteration()).isLessThan(40);
  }

  @Test
  void shouldNotBeRaisedInTheFirstHundredIterationsOfASlightlyLowRate() {
    assertThat(judge(slow(), 0.5, 100)).isEmpty();
  }

  @Test
  void shouldStaySilentWhenGradientsOfSuccessiveMinibatchesDoNotAgree() {
    assertThat(judge(slow(), 0, 10_000)).isEmpty();
  }

  @Test
  void shouldStaySilentAtOrdinaryUpdateRatios() {
    Steps run = slow();
    run.update = 2e-3;
    assertThat(judge(run, 0.5, 3000)).isEmpty();
  }

  @Test
  void shouldStaySilentWhenManySmallStepsMakeGoodProgress() {
    Steps run = slow();
    run.gradient = 20;
    assertThat(judge(run, 0.5, 3000)).isEmpty();
  }

  @Test
  void shouldStaySilentWhenTheLossHasFallenOrANetworkIsFineTuned() {
    Steps run = slow();
    run.guess = 2;
    run.loss = 0.5;
    assertThat(judge(run, 0.5, 3000)).isEmpty();
  }

  @Test
  void shouldStaySilentWhenTheGradientItselfHasVanished() {
    Steps run = slow();
    run.gradient = 1e-3;
    run.update = 1e-7;
    assertThat(judge(run, 0.5, 3000)).isEmpty();
  }

  private Optional<Diagnosis> scheduled(DoubleUnaryOperator rate) {
    Optional<Diagnosis> last = Optional.empty();
    Steps run = slow();
    for (int i = 0; i < 2000; i++) {
      run.rate = rate.applyAsDouble(i);
      run.update = run.rate;
      last = judge(run, 0.5, 1);
      assertThat(last).isEmpty();
    }
    return last;
  }

  @Test
  void shouldStaySilentWhileARateWarmsUpOrDecays() {
    assertThat(scheduled(i -> 1e-7 * (i + 1))).isEmpty();
    assertThat(scheduled(i -> 0.1 * Math.exp(-i / 50))).isEmpty();
  }

  @Test
  void shouldBeWithdrawnWhenTheRateIsRaised() {
    Steps run = slow();
    judge(run, 0.5, 300);
    run.rate = 1e-2;
    run.update = 1e-2;
    assertThat(judge(run, 0.5, 200)).isEmpty();
  }

  private Optional<Diagnosis> judgeExact(Steps run, int iterations) {
    run.agreement = 0.8;
    return run.judgedBy(rule, iterations);
  }

  @Test
  void shouldTakeThirtyCosinesAndFiftyIterationsAtTheLeast() {
    Steps run = slow();
    run.update = 1e-8;
    assertThat(judgeExact(run, 78)).isEmpty();
    Diagnosis diagnosis = judgeExact(run, 1).orElseThrow();
    assertThat(diagnosis.iteration()).isEqualTo(29);
    assertThat(diagnosis.evidence().get("mean cosine of successive gradients"))
        .isCloseTo(0.8, within(1e-9));
    // √0.8 · 3 · 1 · 1e-8 / 2.
    assertThat(diagnosis.evidence().get("share of the loss per iteration"))
        .isCloseTo(1.5e-8 * Math.sqrt(0.8), within(1e-12));
  }

  @Test
  void shouldKeepItsWordsWhenTheIterationAtHandSpeaksAgainstIt() {
    Steps run = slow();
    run.update = 1e-8;
    Diagnosis diagnosis = judgeExact(run, 127).orElseThrow();
    run.gradient = 1e-4;
    // Raised at iteration 78 with the beginning 29, it may be worded anew at 127.
    assertThat(judgeExact(run, 1)).contains(diagnosis);
  }

  /** Sensitivity 2 · gradient, progress √cosine · 1.5 · gradient · update, ratio update / 4. */
  @ParameterizedTest
  @CsvSource({
    // Each bound alone: the ratio, the progress, what there is to gain, how steady it is.
    "0.1, 8e-4, 0.5, false",
    "7, 1e-4, 0.5, false",
    "0.1, 1e-4, 0.16, false",
    "1, 1e-4, 0.05, false",
    // And what is within all of them.
    "0.5, 1e-4, 0.5, true",
    "4, 1e-4, 0.25, true"
  })
  void shouldBeRaisedWithinAllBoundsOnly(
      double gradient, double update, double cosine, boolean raised) {
    Steps run = slow();
    run.gradient = gradient;
    run.update = update;
    assertThat(judge(run, cosine, 1500).isPresent()).isEqualTo(raised);
  }

  @Test
  void shouldStaySilentWhenTheRateIsZeroOrUnknown() {
    Steps run = slow();
    run.rate = 0;
    assertThat(judge(run, 0.5, 500)).isEmpty();
    run.rate = Double.NaN;
    assertThat(judge(run, 0.5, 500)).isEmpty();
  }

  /** Of a gradient of 1 and weights of 4: from 0.125·4 on the penalty may balance it. */
  @ParameterizedTest
  @CsvSource({"0, 0.13, 0, false", "0, 0.12, 0, true", "0, 0, 0.13, false", "0.07, 0, 0, false"})
  void shouldStaySilentWhereAPenaltyMayBalanceTheGradient(
      double l1, double l2, double decay, boolean raised) {
    Steps run = slow();
    run.penalize(l1, l2, decay);
    assertThat(judge(run, 0.5, 300).isPresent()).isEqualTo(raised);
  }
}
