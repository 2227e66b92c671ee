package io.github.dl4jstability.listeners.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.observation.StationaryNumbers;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StallRuleTest {
  private final StallRule rule = new StallRule();
  private final Observations run = new Observations(2);

  private Optional<Diagnosis> judge(double loss, int iterations) {
    Optional<Diagnosis> last = Optional.empty();
    for (int i = 0; i < iterations; i++) {
      last = rule.judge(run.loss(loss).next());
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
    assertThat(rule.stall()).isPresent();
    rule.lookedAt(minimum());
    assertThat(judge(1, 1).orElseThrow().condition()).isEqualTo(Condition.LOCAL_MINIMUM);
    assertThat(judge(1, 50)).isPresent();
    assertThat(judge(0.2, 30)).isEmpty();
    assertThat(rule.stall()).isEmpty();
  }

  @Test
  void shouldAdmitThatItCannotTellWhenTheProbeHasNotAnsweredForLong() {
    judge(1, 110);
    rule.notLookedAt("the curvature budget is 0");
    assertThat(judge(1, 10)).isEmpty();
    Diagnosis diagnosis = judge(1, 200).orElseThrow();
    assertThat(diagnosis.condition()).isEqualTo(Condition.PLATEAU);
    assertThat(diagnosis.explanation()).contains("the curvature budget is 0");
    rule.lookedAt(minimum());
    assertThat(judge(1, 1).orElseThrow().condition()).isEqualTo(Condition.LOCAL_MINIMUM);
  }

  @Test
  void shouldStaySilentWhileTheLossFalls() {
    for (int i = 0; i < 2000; i++) {
      assertThat(rule.judge(run.loss(Math.pow(i + 1, -0.3)).next())).isEmpty();
    }
  }
}
