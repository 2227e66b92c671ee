package io.github.dl4jstability.listeners.internal.rules.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.internal.observation.NonFinite;
import io.github.dl4jstability.listeners.internal.rules.Asked;
import io.github.dl4jstability.listeners.internal.rules.Steps;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LearningRateTooHighRuleTest {
  private final Asked rule = new Asked(new LearningRateTooHighRule());

  private Optional<Diagnosis> judge(Steps run, int iterations) {
    return run.judgedBy(rule, iterations);
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
  void shouldNotComeBackAfterTheCalmToAStepThatWasToldAlready() {
    Steps run = new Steps(2);
    run.gradient = 10;
    run.parameters = 10;
    run.update = 6;
    judge(run, 1);
    run.update = 0.3;
    int waited = 0;
    while (judge(run, 1).isEmpty()) {
      waited++;
    }
    assertThat(waited).isBetween(6, 8);
    run.gradient = 0.1;
    run.update = 1e-3;
    run.loss = 0.1;
    assertThat(judge(run, 50)).isEmpty();
    for (int i = 0; i < 100; i++) {
      assertThat(judge(run, 1)).as("iteration %d of the calm", i).isEmpty();
    }
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
  @ValueSource(
      strings = {
        "INPUT",
        "LABELS",
        "PARAMETERS_BEFORE",
        "GRADIENTS",
        "PARAMETERS_AFTER",
        "UPDATES"
      })
  void shouldNotBeBlamedForNaNOfARunThatTookOrdinarySteps(String stage) {
    Steps run = new Steps(2);
    judge(run, 5);
    run.nonFinite = Optional.of(new NonFinite(NonFinite.Stage.valueOf(stage), List.of(), 1));
    assertThat(judge(run, 5)).isEmpty();
  }

  /** Steps that promise 40 times the loss, with a sensitivity of 500. */
  private static void overshoot(Steps run) {
    run.gradient = 50;
    run.update = 0.4;
    run.parameters = 10;
    run.loss = 1;
  }

  private static void calm(Steps run) {
    run.gradient = 0.1;
    run.update = 1e-3;
    run.loss = 0.1;
  }

  @Test
  void shouldAskForFourStepsThatOvershootHoweverFar() {
    Steps run = new Steps(2);
    judge(run, 5);
    overshoot(run);
    assertThat(judge(run, 3)).isEmpty();
    assertThat(judge(run, 1).orElseThrow().iteration()).isEqualTo(5);
  }

  @Test
  void shouldGoOnWhenTheGradientExplodesOnlyAfterStepsOvershot() {
    Steps run = new Steps(2);
    overshoot(run);
    judge(run, 2);
    run.gradient = 200;
    assertThat(judge(run, 2)).isPresent();
  }

  @Test
  void shouldStaySilentWhenStepsAreLongAgainstALossThatHasFallen() {
    Steps run = new Steps(2);
    judge(run, 20);
    run.loss = 0.1;
    run.gradient = 1;
    run.update = 0.4;
    run.parameters = 10;
    assertThat(judge(run, 100)).isEmpty();
  }

  @Test
  void shouldStandUntilStepsAreShortAndTheLossHasFallen() {
    Steps run = new Steps(2);
    overshoot(run);
    judge(run, 10);
    run.loss = 0.1;
    run.gradient = 10;
    assertThat(judge(run, 200)).isPresent();
    calm(run);
    run.loss = 1;
    assertThat(judge(run, 200)).isPresent();
  }

  @Test
  void shouldCountRestlessIterationsAgainstCalmOnes() {
    Steps run = new Steps(2);
    overshoot(run);
    judge(run, 10);
    calm(run);
    judge(run, 30);
    run.loss = 0.6;
    judge(run, 5);
    run.loss = 0.1;
    assertThat(judge(run, 24)).isPresent();
    assertThat(judge(run, 1)).isEmpty();
    // The next time it takes as long.
    overshoot(run);
    judge(run, 4);
    calm(run);
    assertThat(judge(run, 49)).isPresent();
    assertThat(judge(run, 1)).isEmpty();
  }

  @Test
  void shouldKeepItsWordsWhenTheStepAtHandIsShort() {
    Steps run = new Steps(2);
    overshoot(run);
    Diagnosis diagnosis = judge(run, 13).orElseThrow();
    calm(run);
    // Raised at iteration 3, it may be worded anew from iteration 13 on.
    assertThat(judge(run, 1)).contains(diagnosis);
  }

  @Test
  void shouldKeepItsBeginningWhenItIsWordedAnew() {
    Steps run = new Steps(2);
    run.gradient = 5;
    run.update = 0.8;
    judge(run, 1);
    calm(run);
    run.loss = 1;
    assertThat(judge(run, 29).orElseThrow().iteration()).isZero();
    overshoot(run);
    Diagnosis anew = judge(run, 30).orElseThrow();
    assertThat(anew.evidence().get("promised share of the loss")).isCloseTo(40, within(1e-9));
    assertThat(anew.iteration()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "-0.95, 1.1, 3, 1, true",
    "-0.85, 1.1, 3, 1, false",
    "-0.95, 0.97, 3, 1, false",
    "-0.95, 1.1, 1.5, 1, false",
    "-0.95, 1.1, 3, 2, false"
  })
  void shouldBeRaisedAtTheFifthSwingThatGrows(
      double cosine, double growth, double loss, int distance, boolean raised) {
    Steps run = new Steps(1);
    run.distance = distance;
    judge(run, 1);
    run.agreement = cosine;
    run.loss = loss;
    for (int swing = 1; swing <= 5; swing++) {
      run.gradient *= growth;
      Optional<Diagnosis> found = judge(run, 1);
      assertThat(found.isPresent()).isEqualTo(raised && swing == 5);
      found.ifPresent(diagnosis -> assertThat(diagnosis.iteration()).isZero());
    }
  }

  @Test
  void shouldCountSwingsInARowOnly() {
    Steps run = new Steps(1);
    judge(run, 1);
    run.loss = 3;
    for (int i = 0; i < 40; i++) {
      run.agreement = i % 5 == 4 ? 0 : -0.95;
      run.gradient *= 1.1;
      assertThat(judge(run, 1)).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"0.8, 1, true", "0.3, 1, false", "0.8, 0.3, false", "0.8, 2, true"})
  void shouldJudgeAStepThatReplacesTheWeightsTenIterationsLater(
      double step, double lossAfter, boolean raised) {
    Steps run = new Steps(3);
    run.gradient = 5;
    run.update = step;
    judge(run, 1);
    run.update = 0.05;
    run.gradient = 0.5;
    run.loss = lossAfter;
    assertThat(judge(run, 9)).isEmpty();
    assertThat(judge(run, 1).isPresent()).isEqualTo(raised);
  }

  @Test
  void shouldForgiveAFewHighLossesAfterALongStep() {
    Steps run = new Steps(3);
    run.gradient = 5;
    run.update = 0.8;
    judge(run, 1);
    run.update = 0.05;
    run.gradient = 0.5;
    assertThat(judge(run, 3)).isEmpty();
    run.loss = 0.3;
    assertThat(judge(run, 7)).isEmpty();
  }

  /** A step of 1/10 of the weights that promises 100 times the loss, and then NaN. */
  @ParameterizedTest
  @CsvSource({
    "50, 1, GRADIENTS, true",
    "50, 1, PARAMETERS_AFTER, true",
    "50, 1, INPUT, false",
    "50, 5, GRADIENTS, true",
    "1e4, 1, GRADIENTS, false",
    "1e4, 1, PARAMETERS_AFTER, false"
  })
  void shouldBeBlamedForNaNByTheStepBeforeIt(
      double gradient, double update, String stage, boolean blamed) {
    Steps run = new Steps(2);
    run.parameters = 10;
    judge(run, 5);
    run.gradient = gradient;
    run.update = update;
    judge(run, 1);
    run.gradient = 0.1;
    run.update = 1e-3;
    judge(run, update >= 5 ? 1 : 0);
    run.nonFinite = Optional.of(new NonFinite(NonFinite.Stage.valueOf(stage), List.of(1), 3));
    assertThat(judge(run, 1).map(Diagnosis::iteration))
        .isEqualTo(blamed ? Optional.of(5) : Optional.empty());
  }

  @ParameterizedTest
  @CsvSource({"50, true", "1e4, false"})
  void shouldBeBlamedForParametersThatTheStepItselfBroke(double gradient, boolean blamed) {
    Steps run = new Steps(2);
    run.parameters = 10;
    judge(run, 5);
    run.gradient = gradient;
    run.update = 1;
    run.nonFinite = Optional.of(new NonFinite(NonFinite.Stage.PARAMETERS_AFTER, List.of(1), 3));
    assertThat(judge(run, 1).map(Diagnosis::iteration))
        .isEqualTo(blamed ? Optional.of(5) : Optional.empty());
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
