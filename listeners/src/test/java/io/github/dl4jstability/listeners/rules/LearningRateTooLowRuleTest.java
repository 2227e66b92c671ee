package io.github.dl4jstability.listeners.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jstability.listeners.Diagnosis;
import java.util.Optional;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

class LearningRateTooLowRuleTest {
  private final LearningRateTooLowRule rule =
      new LearningRateTooLowRule(new StepSizes(), new LossReference());
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
}
