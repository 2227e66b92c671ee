package io.github.dl4jstability.listeners.internal.stall.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.Severity;
import io.github.dl4jstability.listeners.internal.observation.Inspection;
import io.github.dl4jstability.listeners.internal.observation.StationaryNumbers;
import io.github.dl4jstability.listeners.internal.rules.Asked;
import io.github.dl4jstability.listeners.internal.rules.Observations;
import io.github.dl4jstability.listeners.internal.rules.Steps;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StallRuleTest {
  private final StallRule rule = new StallRule();
  private final Asked asked = new Asked(rule);
  private final Observations run = new Observations(2);

  private Optional<Diagnosis> judge(double loss, int iterations) {
    Optional<Diagnosis> last = Optional.empty();
    for (int i = 0; i < iterations; i++) {
      last = asked.judge(run.loss(loss).next());
    }
    return last;
  }

  private static StationaryNumbers minimum() {
    return new StationaryNumbers(
        StationaryNumbers.Kind.LOCAL_MINIMUM,
        0,
        32,
        1,
        0,
        0,
        0.01,
        new StationaryNumbers.Spectrum(1, Double.NaN, 2, 2, 0),
        new StationaryNumbers.Noise(Double.NaN, Double.NaN),
        new StationaryNumbers.Step(0, 1),
        new StationaryNumbers.Step(0, 1),
        Optional.empty(),
        true,
        0,
        0);
  }

  @Test
  void shouldSayNothingUntilTheProbeAnsweredAndWithdrawWhenProgressResumes() {
    assertThat(judge(1, 200)).isEmpty();
    assertThat(asked.history().stall()).isPresent();
    rule.probed(minimum());
    assertThat(judge(1, 1).orElseThrow().condition()).isEqualTo(Condition.LOCAL_MINIMUM);
    assertThat(judge(1, 50)).isPresent();
    assertThat(judge(0.2, 30)).isEmpty();
    assertThat(asked.history().stall()).isEmpty();
  }

  @Test
  void shouldAdmitThatItCannotTellWhenTheProbeHasNotAnsweredForLong() {
    judge(1, 110);
    rule.notProbed("the curvature budget is 0");
    assertThat(judge(1, 10)).isEmpty();
    Diagnosis diagnosis = judge(1, 200).orElseThrow();
    assertThat(diagnosis.condition()).isEqualTo(Condition.PLATEAU);
    assertThat(diagnosis.explanation()).contains("the curvature budget is 0");
    rule.probed(minimum());
    assertThat(judge(1, 1).orElseThrow().condition()).isEqualTo(Condition.LOCAL_MINIMUM);
  }

  private Optional<Diagnosis> untilFound() {
    Optional<Diagnosis> last = Optional.empty();
    while (asked.history().stall().isEmpty()) {
      last = judge(1, 1);
    }
    return last;
  }

  @Test
  void shouldWaitUntilTheRunIsTwiceAsLongBeforeItAdmitsThat() {
    untilFound();
    int found = asked.history().stall().orElseThrow().foundIteration();
    rule.notProbed("the curvature budget is 0");
    assertThat(judge(1, found - 1)).isEmpty();
    assertThat(judge(1, 1)).isPresent();
  }

  @Test
  void shouldKeepItsVerdictWhenALaterLookFails() {
    judge(1, 200);
    rule.probed(minimum());
    judge(1, 1);
    rule.notProbed("the curvature budget is used up");
    assertThat(judge(1, 500).orElseThrow().condition()).isEqualTo(Condition.LOCAL_MINIMUM);
  }

  @Test
  void shouldNotTakeTheRefusalOfAnEarlierStallForThatOfTheNext() {
    judge(1, 200);
    rule.notProbed("the curvature budget is 0");
    judge(0.2, 30);
    assertThat(asked.history().stall()).isEmpty();
    assertThat(judge(0.2, 3000)).isEmpty();
    assertThat(asked.history().stall()).isPresent();
  }

  private double stepPerGradient() {
    return asked.history().steps().stepPerGradient();
  }

  @Test
  void shouldAverageTheStepPerGradientInDecades() {
    assertThat(stepPerGradient()).isNaN();
    asked.judge(run.gradients(3, 4).updates(0.5, 0).next());
    assertThat(stepPerGradient()).isCloseTo(0.1, within(1e-12));
    asked.judge(run.updates(3, 4).next());
    assertThat(stepPerGradient()).isCloseTo(Math.pow(0.1, 0.95), within(1e-12));
    // A step of 0 has no logarithm.
    asked.judge(run.updates(0, 0).next());
    assertThat(stepPerGradient()).isCloseTo(Math.pow(0.1, 0.95), within(1e-12));
  }

  @Test
  void shouldRememberTheFirstLossAndTheLossesOfConstantAnswers() {
    judge(3, 1);
    run.inspect(
        new Inspection(
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(0.5, 0.75),
            List.of()));
    untilFound();
    rule.probed(minimum());
    assertThat(judge(1, 1).orElseThrow().evidence())
        .containsEntry("first loss", 3.0)
        .containsEntry("loss of a constant answer", 1.25);
  }

  private static StationaryNumbers place(
      StationaryNumbers.Kind kind, Optional<StationaryNumbers.Escape> escape) {
    return new StationaryNumbers(
        kind,
        0,
        32,
        1,
        0.1,
        0.5,
        0.01,
        new StationaryNumbers.Spectrum(-0.001, Double.NaN, 1, -0.001, 0),
        new StationaryNumbers.Noise(Double.NaN, Double.NaN),
        new StationaryNumbers.Step(1, 0.9),
        new StationaryNumbers.Step(1, 0.9),
        escape,
        true,
        0,
        0);
  }

  @Test
  void shouldRememberTheHighestRate() {
    Steps scheduled = new Steps(1);
    for (int i = 0; i < 200; i++) {
      scheduled.rate = i < 10 ? 0.1 : 1e-3;
      asked.judge(scheduled.next());
    }
    rule.probed(place(StationaryNumbers.Kind.NOT_STATIONARY, Optional.empty()));
    assertThat(asked.judge(scheduled.next()).orElseThrow().explanation()).contains("schedule");
  }

  @Test
  void shouldCompareTheIterationsToLeaveASaddleWithThoseOfTheRun() {
    judge(1, 200);
    for (int iterations : new int[] {190, 210}) {
      rule.probed(
          place(
              StationaryNumbers.Kind.SADDLE_POINT,
              Optional.of(new StationaryNumbers.Escape(1, 0.5, iterations))));
      assertThat(judge(1, 1).orElseThrow().severity())
          .isEqualTo(iterations == 190 ? Severity.INFO : Severity.WARNING);
    }
  }

  @Test
  void shouldStaySilentWhileTheLossFalls() {
    for (int i = 0; i < 2000; i++) {
      assertThat(asked.judge(run.loss(Math.pow(i + 1, -0.3)).next())).isEmpty();
    }
  }
}
