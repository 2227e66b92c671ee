package io.github.dl4jstability.listeners.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.observation.NonFinite;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LearningRateTooHighRuleTest {
  private final LearningRateTooHighRule rule =
      new LearningRateTooHighRule(new StepSizes(), new LossReference());

  private Optional<Diagnosis> judge(Steps run, int iterations) {
    Optional<Diagnosis> last = Optional.empty();
    for (int i = 0; i < iterations; i++) {
      last = rule.judge(run.next());
    }
    return last;
  }

  /** Descends f = Σ λᵢxᵢ²/2 by gradient descent; returns the last verdict. */
  private Optional<Diagnosis> descend(double rate, double[] curvatures, int iterations) {
    Steps run = new Steps(1);
    run.rate = rate;
    double[] x = new Random(3).doubles(curvatures.length, 0.5, 1.5).toArray();
    double[] before = new double[x.length];
    Optional<Diagnosis> last = Optional.empty();
    for (int i = 0; i < iterations; i++) {
      double square = 0;
      double product = 0;
      double beforeSquare = 0;
      run.loss = 0;
      run.parameters = 0;
      for (int j = 0; j < x.length; j++) {
        double g = curvatures[j] * x[j];
        run.loss += g * x[j] / 2;
        square += g * g;
        product += g * before[j];
        beforeSquare += before[j] * before[j];
        before[j] = g;
        x[j] -= rate * g;
        run.parameters = Math.hypot(run.parameters, x[j]);
      }
      run.gradient = Math.sqrt(square);
      run.update = rate * run.gradient;
      run.agreement = i == 0 ? Double.NaN : product / Math.sqrt(square * beforeSquare);
      last = rule.judge(run.next());
    }
    return last;
  }

  @Test
  void shouldPredictTheLargestStableRateWhenDescentOnAQuadraticDiverges() {
    double[] curvatures = {8, 4, 2, 0.8};
    Diagnosis diagnosis = descend(2.2 / 8, curvatures, 60).orElseThrow();
    assertThat(diagnosis.evidence().get("largest stable rate")).isCloseTo(0.25, within(0.0025));
    assertThat(diagnosis.explanation()).contains("two divided by the curvature");
    assertThat(diagnosis.remedy()).contains(".updater(new Sgd(0.1))").contains("0.28");
  }

  @ParameterizedTest
  @ValueSource(doubles = {1.99, 1.5, 1, 0.1})
  void shouldStaySilentWhereDescentOnAQuadraticConverges(double factor) {
    assertThat(descend(factor / 8, new double[] {8, 4, 2, 0.8}, 2000)).isEmpty();
  }

  @Test
  void shouldBeRaisedWhenTheFirstStepReplacesTheWeightsAndTheLossIsNoBetter() {
    Steps run = new Steps(3, "Adam");
    run.rate = 0.3;
    run.loss = 1.4;
    run.gradient = 5;
    run.update = 0.8;
    judge(run, 1);
    run.update = 0.05;
    run.gradient = 0.5;
    assertThat(judge(run, 9)).isEmpty();
    Diagnosis diagnosis = judge(run, 1).orElseThrow();
    assertThat(diagnosis.iteration()).isZero();
    // Three layers: 3 · 5 · 0.8 / 1.4.
    assertThat(diagnosis.evidence().get("promised share of the loss"))
        .isCloseTo(8.57, within(0.01));
    assertThat(diagnosis.evidence().get("step / weights")).isCloseTo(0.8, within(1e-9));
    assertThat(diagnosis.remedy())
        .isEqualTo(".updater(new Adam(7e-3)) instead of the present 0.30.");
  }

  @Test
  void shouldStaySilentWhenALongFirstStepPaysOff() {
    Steps run = new Steps(3);
    run.gradient = 5;
    run.update = 0.8;
    judge(run, 1);
    run.update = 0.05;
    run.gradient = 0.5;
    run.loss = 0.3;
    assertThat(judge(run, 100)).isEmpty();
  }

  @Test
  void shouldStaySilentWhenAdamTakesLongStepsThatPromiseLittle() {
    Steps run = new Steps(3, "Adam");
    run.gradient = 1;
    run.update = 0.6;
    assertThat(judge(run, 100)).isEmpty();
  }

  @Test
  void shouldWaitNoLongerWhenTheLossIsThreeTimesItsStart() {
    Steps run = new Steps(3);
    run.gradient = 5;
    run.update = 3;
    judge(run, 1);
    run.loss = 12;
    assertThat(judge(run, 1)).isPresent();
  }

  @Test
  void shouldLeaveItToTheExplosionWhenTheGradientHasLostItsMeaningFromTheStart() {
    Steps run = new Steps(3);
    run.gradient = 1e4;
    run.update = 1e3;
    run.loss = 2;
    assertThat(judge(run, 50)).isEmpty();
  }

  @Test
  void shouldBeRaisedWhenStepsOvershootAgainAndAgain() {
    Steps run = new Steps(2);
    run.gradient = 10;
    run.update = 0.4;
    run.parameters = 10;
    assertThat(judge(run, 5)).isEmpty();
    assertThat(judge(run, 10)).isPresent();
  }

  @Test
  void shouldStaySilentWhenNoiseMakesStepsLongAgainstALossThatIsNearlyZero() {
    Steps run = new Steps(2);
    judge(run, 20);
    run.loss = 1e-6;
    run.gradient = 0.01;
    run.update = 1e-3;
    assertThat(judge(run, 2000)).isEmpty();
  }

  @Test
  void shouldBeWithdrawnWhenTheLossHasFallenForGood() {
    Steps run = new Steps(2);
    run.gradient = 10;
    run.update = 0.4;
    run.parameters = 10;
    judge(run, 20);
    run.gradient = 0.1;
    run.update = 1e-3;
    run.loss = 0.1;
    assertThat(judge(run, 49)).isPresent();
    assertThat(judge(run, 1)).isEmpty();
  }

  @Test
  void shouldBeBlamedForNaNThatFollowsAStepThatWasTooLong() {
    Steps run = new Steps(2);
    judge(run, 5);
    run.gradient = 50;
    run.update = 5;
    run.parameters = 10;
    judge(run, 1);
    run.nonFinite = Optional.of(new NonFinite(NonFinite.Stage.GRADIENTS, List.of(1), 3));
    Diagnosis diagnosis = judge(run, 1).orElseThrow();
    assertThat(diagnosis.iteration()).isEqualTo(5);
    assertThat(judge(run, 50)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"INPUT", "LABELS", "PARAMETERS_BEFORE", "GRADIENTS"})
  void shouldNotBeBlamedForNaNOfARunThatTookOrdinarySteps(String stage) {
    Steps run = new Steps(2);
    judge(run, 5);
    run.nonFinite = Optional.of(new NonFinite(NonFinite.Stage.valueOf(stage), List.of(), 1));
    assertThat(judge(run, 5)).isEmpty();
  }

  @Test
  void shouldSayNothingOfLossesThatCanBeNegative() {
    Steps run = new Steps(2);
    run.loss = -3;
    run.gradient = 10;
    run.update = 2;
    assertThat(judge(run, 50)).isEmpty();
  }
}
