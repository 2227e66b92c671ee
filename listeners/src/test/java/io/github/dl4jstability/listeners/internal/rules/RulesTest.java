package io.github.dl4jstability.listeners.internal.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.Severity;
import io.github.dl4jstability.listeners.internal.observation.Inspection.OutputSpread;
import io.github.dl4jstability.listeners.internal.observation.NonFinite.Stage;
import io.github.dl4jstability.listeners.internal.rules.gradient.ExplodingGradientRule;
import io.github.dl4jstability.listeners.internal.rules.gradient.NonFiniteRule;
import io.github.dl4jstability.listeners.internal.rules.gradient.VanishingGradientRule;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each rule on series of plain numbers: what it must catch, and beside it what it must not. */
class RulesTest {

  /** Judges the same numbers again and again; returns the verdict after the last time. */
  private static Optional<Diagnosis> judge(Asked rule, Observations run, int iterations) {
    Optional<Diagnosis> last = Optional.empty();
    for (int i = 0; i < iterations; i++) {
      last = rule.judge(run.next());
    }
    return last;
  }

  private static Asked exploding() {
    return new Asked(new ExplodingGradientRule());
  }

  /** Gradient norms that fall by a factor per layer toward the input. */
  private static double[] falling(int layers, double factor) {
    double[] norms = new double[layers];
    for (int i = 0; i < layers; i++) {
      norms[i] = Math.pow(factor, layers - 1 - i);
    }
    return norms;
  }

  @Nested
  class Vanishing {
    private final Asked rule = new Asked(new VanishingGradientRule());

    @Test
    void shouldBeRaisedWithLayersAndFactorWhenGradientsFadeFromLayerToLayer() {
      Observations run = new Observations(8).gradients(falling(8, 0.2)).updates(falling(8, 0.2));
      Diagnosis diagnosis = judge(rule, run, 10).orElseThrow();
      assertThat(diagnosis.severity()).isEqualTo(Severity.WARNING);
      // 0.2^k < e^-3 from two steps on: the output is layer7, so layer5 and before.
      assertThat(diagnosis.layers())
          .containsExactly("layer0", "layer1", "layer2", "layer3", "layer4", "layer5");
      assertThat(diagnosis.evidence().get("factor per layer")).isCloseTo(0.2, within(1e-9));
      assertThat(diagnosis.evidence().get("ratio")).isCloseTo(Math.pow(0.2, 7), within(1e-9));
      assertThat(diagnosis.iteration()).isZero();
      assertThat(diagnosis.remedy()).contains("HeNormal").contains("RELU");
    }

    @Test
    void shouldSayTheSameWhateverTheScaleOfTheLoss() {
      double[] tiny = falling(8, 0.2);
      for (int i = 0; i < tiny.length; i++) {
        tiny[i] *= 1e-12;
      }
      assertThat(judge(rule, new Observations(8).gradients(tiny), 10)).isPresent();
    }

    @Test
    void shouldStaySilentWhenAConvergedNetworkHasSmallGradientsEverywhere() {
      double[] converged = falling(8, 0.9);
      for (int i = 0; i < converged.length; i++) {
        converged[i] *= 1e-9;
      }
      assertThat(judge(rule, new Observations(8).gradients(converged), 200)).isEmpty();
    }

    @Test
    void shouldStaySilentWhenTheFallHappensAtOneLayer() {
      double[] oneDrop = {1e-6, 1e-6, 1e-6, 1e-6, 1, 1, 1, 1};
      assertThat(judge(rule, new Observations(8).gradients(oneDrop), 200)).isEmpty();
    }

    @Test
    void shouldStaySilentWhenOneLayerIsSmallAndTheOthersAreNot() {
      double[] dip = {1, 1, 1e-5, 1, 1, 1, 1, 1};
      assertThat(judge(rule, new Observations(8).gradients(dip), 200)).isEmpty();
    }

    @Test
    void shouldBeInformationOnlyWhenTheUpdaterMakesUpForItAndTheLossHasFallen() {
      Observations run = new Observations(8).gradients(falling(8, 0.2));
      assertThat(judge(rule, run, 10).orElseThrow().severity()).isEqualTo(Severity.WARNING);
      assertThat(judge(rule, run.loss(0.1), 40).orElseThrow().severity()).isEqualTo(Severity.INFO);
    }

    @Test
    void shouldAskForADeeperFallOnceTheLossHasFallen() {
      // 0.6^7 = 0.028 is below e^-3 but above 1e-2.
      Observations run = new Observations(8).gradients(falling(8, 0.6));
      judge(rule, run.loss(1), 10);
      assertThat(judge(rule, run.loss(0.1), 300)).isEmpty();
      Observations stuck = new Observations(8).gradients(falling(8, 0.6));
      assertThat(judge(new Asked(new VanishingGradientRule()), stuck, 50)).isPresent();
    }

    @Test
    void shouldForgiveTheFallThatChanceGivesNarrowLayers() {
      // Four deviations of seven layers with 4 units: exp(-4·√(1.25·7/4)) = 0.0027.
      Observations narrow =
          new Observations(8).gradients(falling(8, 0.6)).setup(setup -> Setups.units(4));
      assertThat(judge(rule, narrow, 300)).isEmpty();
      Observations wide =
          new Observations(8).gradients(falling(8, 0.6)).setup(setup -> Setups.units(64));
      assertThat(judge(new Asked(new VanishingGradientRule()), wide, 50)).isPresent();
    }

    @Test
    void shouldWaitWhenTheFallIsJustBeyondTheLimitAndNeverJudgeASingleIteration() {
      Observations run = new Observations(8).gradients(falling(8, 0.2));
      assertThat(judge(rule, run, 1)).isEmpty();
      Observations slight =
          new Observations(8).gradients(falling(8, Math.pow(Math.exp(-3) / 2, 1 / 7.0)));
      assertThat(judge(new Asked(new VanishingGradientRule()), slight, 30)).isEmpty();
      assertThat(judge(new Asked(new VanishingGradientRule()), slight, 40)).isPresent();
    }

    @Test
    void shouldBeWithdrawnAfterAsMuchEvidenceTheOtherWay() {
      Observations run = new Observations(8).gradients(falling(8, 0.2));
      assertThat(judge(rule, run, 50)).isPresent();
      run.gradients(falling(8, 0.95));
      assertThat(judge(rule, run, 10)).isPresent();
      assertThat(judge(rule, run, 15)).isEmpty();
    }

    @Test
    void shouldSayNothingWhenGradientsAreNotFiniteOrAllZero() {
      double[] broken = falling(8, 0.2);
      broken[3] = Double.NaN;
      assertThat(judge(rule, new Observations(8).gradients(broken), 50)).isEmpty();
      assertThat(judge(rule, new Observations(8).gradients(new double[8]), 50)).isEmpty();
    }
  }

  @Nested
  class Exploding {
    private final Asked rule = exploding();

    @Test
    void shouldBeRaisedAtOnceWhenTheGradientIsAMillionTimesTheLoss() {
      Observations run = new Observations(3).gradients(0.1, 2e6, 0.1).updates(1e-3, 0.1, 1e-3);
      Diagnosis diagnosis = judge(rule, run, 1).orElseThrow();
      assertThat(diagnosis.layers()).containsExactly("layer1");
      assertThat(diagnosis.evidence().get("sensitivity")).isCloseTo(2e6, within(1.0));
      assertThat(diagnosis.severity()).isEqualTo(Severity.WARNING);
    }

    @ParameterizedTest
    @CsvSource({
      "LOSS, true",
      "PARAMETERS_AFTER, true",
      "LABELS, false",
      "PARAMETERS_BEFORE, false"
    })
    void shouldBeRaisedWhenTrainingBreaksDownRightAfterOneSuchGradient(
        Stage stage, boolean raised) {
      Observations run = new Observations(1).gradients(2e3).updates(2);
      assertThat(judge(rule, run, 1)).isEmpty();
      Optional<Diagnosis> told = judge(rule, run.gradients(Double.NaN).nonFinite(stage), 1);
      assertThat(told.isPresent()).isEqualTo(raised);
      told.ifPresent(diagnosis -> assertThat(diagnosis.iteration()).isZero());
      assertThat(judge(rule, run, 5).isPresent()).isEqualTo(raised);
    }

    @Test
    void shouldNotBeRaisedWhenTrainingBreaksDownAfterAnOrdinaryGradient() {
      Observations run = new Observations(1).gradients(2e3).updates(2);
      judge(rule, run, 1);
      judge(rule, run.gradients(0.1).updates(1e-3), 1);
      run.gradients(Double.NaN).nonFinite(Stage.LOSS);
      assertThat(judge(rule, run, 5)).isEmpty();
    }

    @Test
    void shouldBeAnErrorWhenTheStepReplacesTheLayer() {
      Observations run = new Observations(3).gradients(1e5, 0.1, 0.1).updates(1e4, 1e-3, 1e-3);
      assertThat(judge(rule, run, 2).orElseThrow().severity()).isEqualTo(Severity.ERROR);
    }

    @Test
    void shouldStaySilentWhenTheGradientIsClippedBeforeTheStep() {
      Observations run = new Observations(3).gradients(0.1, 2e6, 0.1).updates(1e-3, 1e-6, 1e-3);
      assertThat(judge(rule, run, 100)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-9, 1, 1e9})
    void shouldNotDependOnTheScaleOfTheLoss(double scale) {
      Observations sick = new Observations(1).loss(scale).gradients(1e5 * scale).updates(0.1);
      assertThat(judge(exploding(), sick, 3)).isPresent();
      Observations well = new Observations(1).loss(scale).gradients(3 * scale).updates(3e-2);
      assertThat(judge(exploding(), well, 100)).isEmpty();
    }

    @Test
    void shouldStaySilentWhenALossThatFellFarHasGradientsLargeAgainstItsPresentValue() {
      Observations run = new Observations(2);
      judge(rule, run.loss(1), 10);
      run.loss(1e-8).gradients(1e-4, 1e-4).updates(1e-5, 1e-5);
      assertThat(judge(rule, run, 100)).isEmpty();
    }

    @Test
    void shouldStaySilentOnDescentAtTheEdgeOfStabilityOfAQuadratic() {
      // f = λx²/2 with η = 1.99/λ: the slowest descent that still converges, sign flipping.
      double curvature = 50;
      double rate = 1.99 / curvature;
      double x = 3;
      Observations run = new Observations(1);
      for (int i = 0; i < 500; i++) {
        double gradient = curvature * x;
        run.loss(curvature * x * x / 2)
            .gradients(Math.abs(gradient))
            .updates(rate * Math.abs(gradient));
        assertThat(rule.judge(run.next())).isEmpty();
        x -= rate * gradient;
      }
    }

    /** A converged run goes on, and meets one hard minibatch. */
    @ParameterizedTest
    @CsvSource({"1.1, false", "NaN, true"})
    void shouldCompareWithTheLossOfAGuessWhereTheFirstLossesAreNoScale(
        double guess, boolean raised) {
      Observations run =
          new Observations(1).from(5000).loss(1e-6).spread(OutputSpread.ABSENT, guess);
      judge(rule, run.gradients(1e-6).updates(1e-9), 20);
      // ‖g‖·‖w‖/L: 1 for the guess, a million for the first losses.
      run.loss(0.1).gradients(1).updates(0.1);
      assertThat(judge(rule, run, 2).isPresent()).isEqualTo(raised);
    }

    @Test
    void shouldBeRaisedInARunThatGoesOnWhenTheGradientIsLargeForAGuess() {
      Observations run = new Observations(1).from(5000).loss(1e-6).spread(OutputSpread.ABSENT, 1.1);
      judge(rule, run.gradients(1e-6).updates(1e-9), 20);
      Diagnosis diagnosis = judge(rule, run.gradients(2e6).updates(0.1), 1).orElseThrow();
      assertThat(diagnosis.evidence()).containsEntry("loss of a guess", 1.1);
      assertThat(diagnosis.explanation()).contains("times what it is for a guess (1.1)");
    }

    @Test
    void shouldForgiveASingleSpike() {
      Observations run = new Observations(1);
      Random random = new Random(1);
      for (int i = 0; i < 300; i++) {
        double noise = Math.exp(random.nextGaussian());
        boolean spike = i == 100;
        run.gradients(spike ? 2e4 : 0.3 * noise).updates(spike ? 0.01 : 3e-3 * noise);
        assertThat(rule.judge(run.next())).as("iteration " + i).isEmpty();
      }
    }
  }

  @Nested
  class NonFiniteValues {
    private final Asked rule = new Asked(new NonFiniteRule());

    @Test
    void shouldBeRaisedAtOnceAndKeepItsFirstPlace() {
      Observations run = new Observations(4);
      assertThat(judge(rule, run, 5)).isEmpty();
      run.updates(1, 1, 3e38, 1).nonFinite(Stage.PARAMETERS_AFTER, 2);
      judge(rule, run, 1);
      assertThat(rule.mayBeConsequence()).isTrue();
      run.nonFinite(Stage.PARAMETERS_BEFORE, 0, 1, 2, 3);
      Diagnosis diagnosis = judge(rule, run, 5).orElseThrow();
      assertThat(diagnosis.iteration()).isEqualTo(5);
      assertThat(diagnosis.layers()).containsExactly("layer2");
      assertThat(diagnosis.severity()).isEqualTo(Severity.ERROR);
      assertThat(diagnosis.explanation()).contains("after the step");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PARAMETERS_BEFORE", "PARAMETERS_AFTER"})
    void shouldBlameSomethingOutsideTrainingWhenNoStepCanHaveDoneIt(String stage) {
      Observations run = new Observations(4);
      judge(rule, run, 7);
      run.nonFinite(Stage.valueOf(stage), 1);
      Diagnosis diagnosis = judge(rule, run, 1).orElseThrow();
      assertThat(diagnosis.layers()).containsExactly("layer1");
      assertThat(diagnosis.iteration()).isEqualTo(7);
      assertThat(diagnosis.explanation()).contains("something other than the updater");
      assertThat(rule.mayBeConsequence()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"INPUT", "LABELS"})
    void shouldBlameTheDataWhenTheyHoldIt(String stage) {
      Observations run = new Observations(4).nonFinite(Stage.valueOf(stage));
      Diagnosis diagnosis = judge(rule, run, 1).orElseThrow();
      assertThat(diagnosis.explanation()).contains("before the step").contains("minibatch");
      assertThat(diagnosis.layers()).isEmpty();
    }

    @Test
    void shouldBeWithdrawnAfterTwentyCleanIterations() {
      Observations run = new Observations(4).nonFinite(Stage.INPUT);
      judge(rule, run, 1);
      assertThat(judge(rule, run.finite(), 19)).isPresent();
      assertThat(judge(rule, run, 1)).isEmpty();
    }
  }

  @Test
  void shouldNameItsCondition() {
    assertThat(new Asked(new NonFiniteRule()).conditions()).containsExactly(Condition.NON_FINITE);
    assertThat(exploding().conditions()).containsExactly(Condition.EXPLODING_GRADIENT);
    assertThat(new Asked(new VanishingGradientRule()).conditions())
        .containsExactly(Condition.VANISHING_GRADIENT);
  }
}
