package io.github.dl4jstability.listeners.internal.rules.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.Severity;
import io.github.dl4jstability.listeners.internal.rules.Asked;
import io.github.dl4jstability.listeners.internal.rules.Observations;
import io.github.dl4jstability.listeners.internal.rules.Steps;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules that judge the course of the loss. */
class LossRulesTest {
  private final Random random = new Random(11);

  private Optional<Diagnosis> judge(
      Asked rule, Steps run, int iterations, IntToDoubleFunction loss) {
    Optional<Diagnosis> last = Optional.empty();
    for (int i = 0; i < iterations; i++) {
      run.loss = loss.applyAsDouble(i);
      last = rule.judge(run.next());
    }
    return last;
  }

  @Nested
  class Diverging {
    private final Asked rule = new Asked(new DivergingLossRule());

    @ParameterizedTest
    @ValueSource(doubles = {1e-6, 1, 1e6})
    void shouldBeAnErrorWhenTheLossGrowsWhateverItsScale(double scale) {
      Diagnosis diagnosis =
          judge(rule, new Steps(1), 30, i -> scale * Math.pow(1.44, i)).orElseThrow();
      assertThat(diagnosis.severity()).isEqualTo(Severity.ERROR);
      // 1.44^3 is the last below three times the start.
      assertThat(diagnosis.iteration()).isEqualTo(4);
    }

    @Test
    void shouldBeRaisedWhenTheLossJumpsAndStaysThere() {
      assertThat(judge(rule, new Steps(1), 20, i -> i < 5 ? 1.4 : 10)).isPresent();
    }

    @Test
    void shouldForgiveOneSpikeOfAnySize() {
      assertThat(judge(rule, new Steps(1), 100, i -> i == 50 ? 1e9 : 1)).isEmpty();
    }

    @Test
    void shouldBeRaisedAtTheSecondLossOfAnySizeWithWhatItWasBefore() {
      Steps run = new Steps(1);
      assertThat(judge(rule, run, 6, i -> i < 3 ? 1 : i < 5 ? 0.5 : 1e9)).isEmpty();
      Diagnosis diagnosis = judge(rule, run, 1, i -> 40).orElseThrow();
      assertThat(diagnosis.evidence()).containsEntry("lowest loss", 0.5);
      assertThat(diagnosis.explanation()).contains("risen to 40, 40 times what it was");
      assertThat(diagnosis.remedy())
          .isEqualTo(".updater(new Sgd(1e-2)) instead of the present 0.10.");
    }

    @Test
    void shouldNotJudgeLossesThatAreInfiniteOrHaveNoScale() {
      assertThat(judge(rule, new Steps(1), 20, i -> i < 5 ? 1 : Double.POSITIVE_INFINITY))
          .isEmpty();
      Asked fromZero = new Asked(new DivergingLossRule());
      assertThat(judge(fromZero, new Steps(1), 20, i -> i < 5 ? 0 : 1)).isEmpty();
    }

    @Test
    void shouldStaySilentOnHeavyTailedLossesOfSingleExamples() {
      for (int run = 0; run < 20; run++) {
        Steps single = new Steps(1);
        single.examples = 1;
        // The losses of softmax on single examples: exponential with mean 1.2, then 0.3.
        Optional<Diagnosis> last =
            judge(
                new Asked(new DivergingLossRule()),
                single,
                10_000,
                i -> -(i < 500 ? 1.2 : 0.3) * Math.log(random.nextDouble()));
        assertThat(last).isEmpty();
      }
    }

    @Test
    void shouldStaySilentWhenALossThatWasHighFromTheStartStaysThere() {
      assertThat(judge(rule, new Steps(1), 1000, i -> 50)).isEmpty();
    }

    @Test
    void shouldStaySilentWhenThePenaltyOfRegularizationIsMostOfTheScore() {
      Steps run = new Steps(1);
      run.guess = 1.4;
      assertThat(judge(rule, run, 1000, i -> 20)).isEmpty();
    }

    @Test
    void shouldBeWithdrawnWhenTheLossComesBack() {
      Steps run = new Steps(1);
      judge(rule, run, 30, i -> i < 5 ? 1 : 100);
      assertThat(judge(rule, run, 20, i -> 0.5)).isEmpty();
    }
  }

  @Nested
  class Oscillating {
    private final Asked rule = new Asked(new OscillatingLossRule());

    private Steps overshooting() {
      Steps run = new Steps(1);
      run.gradient = 5;
      run.update = 1;
      run.parameters = 10;
      return run;
    }

    @Test
    void shouldBeRaisedWhenTheLossSwingsAndStepsOvershoot() {
      Diagnosis diagnosis = judge(rule, overshooting(), 150, i -> i % 2 == 0 ? 1 : 2).orElseThrow();
      assertThat(diagnosis.evidence().get("median change")).isEqualTo(1);
      assertThat(diagnosis.iteration()).isEqualTo(50);
    }

    @Test
    void shouldCompareMediansOfLossesAndOfTheSizesOfChanges() {
      Steps run = overshooting();
      run.gradient = 10;
      // Up by 2 once in five iterations, and down by ½ four times.
      Diagnosis diagnosis = judge(rule, run, 150, i -> 3 - 0.5 * (i % 5)).orElseThrow();
      assertThat(diagnosis.evidence())
          .containsEntry("median loss", 2.0)
          .containsEntry("median change", 0.5)
          .containsEntry("promised share of the loss", 5.0);
      // 0.1 · 0.4 / 5.
      assertThat(diagnosis.remedy())
          .isEqualTo(".updater(new Sgd(8e-3)) instead of the present 0.10.");
    }

    @ParameterizedTest
    @CsvSource({
      "5, 1, NaN, true",
      "2, 1, NaN, false",
      "5, 0.1, NaN, false",
      "5, 1, 4, true",
      "5, 1, 8, false"
    })
    void shouldAskForLongStepsAndWideSwingsFarFromTheFloor(
        double gradient, double swing, double guess, boolean raised) {
      Steps run = overshooting();
      run.gradient = gradient;
      run.guess = guess;
      assertThat(judge(rule, run, 150, i -> i % 2 == 0 ? 1 : 1 + swing).isPresent())
          .isEqualTo(raised);
    }

    @Test
    void shouldStaySilentWhenTheLossSwingsAndFalls() {
      assertThat(judge(rule, overshooting(), 400, i -> (i % 2 + 1) * Math.exp(-i / 300.0)))
          .isEmpty();
    }

    @Test
    void shouldStaySilentWhenMinibatchesDifferAndStepsAreOrdinary() {
      assertThat(judge(rule, new Steps(1), 1000, i -> i % 2 == 0 ? 1 : 2)).isEmpty();
    }

    @Test
    void shouldStaySilentNearTheFloor() {
      Steps run = overshooting();
      judge(rule, run, 50, i -> 1);
      run.gradient = 0.5;
      assertThat(judge(rule, run, 1000, i -> i % 2 == 0 ? 0.05 : 0.1)).isEmpty();
    }

    @Test
    void shouldBeWithdrawnAfterFourBlocksWithoutSwings() {
      Steps run = overshooting();
      judge(rule, run, 150, i -> i % 2 == 0 ? 1 : 2);
      assertThat(judge(rule, run, 150, i -> 0.2)).isPresent();
      assertThat(judge(rule, run, 50, i -> 0.2)).isEmpty();
    }
  }

  @Nested
  class Unchanged {
    private final Asked rule = new Asked(new UnchangedParametersRule());

    private Optional<Diagnosis> judgeUnchanged(Steps run, int moving, int iterations) {
      Optional<Diagnosis> last = Optional.empty();
      for (int i = 0; i < iterations; i++) {
        last = rule.judge(run.next(moving));
      }
      return last;
    }

    @Test
    void shouldNameTheLayersThatStandStill() {
      Steps run = new Steps(4);
      assertThat(judgeUnchanged(run, 3, 99)).isEmpty();
      Diagnosis diagnosis = judgeUnchanged(run, 3, 1).orElseThrow();
      assertThat(diagnosis.layers()).containsExactly("layer3");
      assertThat(diagnosis.iteration()).isZero();
      assertThat(diagnosis.explanation()).contains("exactly 0");
    }

    @Test
    void shouldBeRaisedWhenStepsAreLostInRounding() {
      Steps run = new Steps(2);
      run.rate = 1e-12;
      run.update = 1e-13;
      Diagnosis diagnosis = judgeUnchanged(run, 2, 100).orElseThrow();
      assertThat(diagnosis.explanation()).contains("lose in rounding");
      assertThat(diagnosis.remedy()).contains(".updater(new Sgd(1e-2))");
    }

    @Test
    void shouldNotDivideByWeightsThatAreZero() {
      Observations run = new Observations(2).parameters(0, 1).updates(0, 1e-3);
      Optional<Diagnosis> told = Optional.empty();
      for (int i = 0; i < 100; i++) {
        told = rule.judge(run.next());
      }
      assertThat(told.orElseThrow().layers()).containsExactly("layer0");
      assertThat(told.orElseThrow().evidence()).containsEntry("largest update / parameters", 0.0);
    }

    @Test
    void shouldStaySilentWhenStepsAreSmallButNotLost() {
      Steps run = new Steps(2);
      run.update = 1e-7;
      assertThat(judgeUnchanged(run, 2, 1000)).isEmpty();
    }

    @Test
    void shouldStaySilentWhenTheRateIsZeroByIntent() {
      Steps run = new Steps(2);
      run.rate = 0;
      assertThat(judgeUnchanged(run, 0, 1000)).isEmpty();
    }

    @Test
    void shouldStaySilentWhenTheNetworkHasConverged() {
      Steps run = new Steps(2);
      run.gradient = 1e-9;
      assertThat(judgeUnchanged(run, 0, 1000)).isEmpty();
      Steps perfect = new Steps(2);
      judgeUnchanged(perfect, 2, 10);
      perfect.loss = 1e-9;
      assertThat(judgeUnchanged(perfect, 0, 1000)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
      "2e-7, 0.1, 1, true",
      "4e-7, 0.1, 1, false",
      "0, 1e-5, 1, false",
      "0, 0.1, 0.1, true",
      "0, 0.1, 0.03, false"
    })
    void shouldCompareTheStepWithTheLayerAndWhatThereIsToLearn(
        double update, double gradient, double loss, boolean raised) {
      Steps run = new Steps(2);
      run.rate = 1e-6;
      run.parameters = 10;
      judgeUnchanged(run, 2, 10);
      run.update = update;
      run.gradient = gradient;
      run.loss = loss;
      assertThat(judgeUnchanged(run, 2, 100).isPresent()).isEqualTo(raised);
    }

    @ParameterizedTest
    @CsvSource({"2e-8, 0.1, false", "2e-8, 1e-5, true", "0, 0.1, true"})
    void shouldStaySilentWhereAPenaltyBalancesTheGradient(
        double update, double rate, boolean raised) {
      Steps run = new Steps(2);
      run.rate = rate;
      run.update = update;
      assertThat(judgeUnchanged(run, 2, 200).isPresent()).isEqualTo(raised);
    }

    @Test
    void shouldAdviseAnotherUpdaterWhereThePresentOneHasNoRate() {
      Steps run = new Steps(2, "AdaDelta");
      run.rate = Double.NaN;
      run.update = 2e-8;
      Diagnosis diagnosis = judgeUnchanged(run, 2, 200).orElseThrow();
      assertThat(diagnosis.remedy()).startsWith(".updater(new Adam(1e-3))").doesNotContain("NaN");
      assertThat(diagnosis.evidence()).doesNotContainKey("learning rate");
    }

    @Test
    void shouldLeaveOutLayersWhoseOwnRateIsZero() {
      Steps run = new Steps(2);
      run.rates = List.of(0.1, 0.0);
      assertThat(judgeUnchanged(run, 1, 500)).isEmpty();
    }

    @Test
    void shouldNameAnotherLayerAsSoonAsItStandsStill() {
      Steps run = new Steps(4);
      judgeUnchanged(run, 3, 100);
      assertThat(judgeUnchanged(run, 2, 99).orElseThrow().layers()).containsExactly("layer3");
      assertThat(judgeUnchanged(run, 2, 1).orElseThrow().layers())
          .containsExactly("layer2", "layer3");
    }

    @Test
    void shouldBeWithdrawnWhenTheLayerMoves() {
      Steps run = new Steps(4);
      judgeUnchanged(run, 3, 150);
      assertThat(judgeUnchanged(run, 4, 1)).isEmpty();
    }
  }
}
