package io.github.dl4jstability.listeners.internal.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.DiagnosisEvent;
import io.github.dl4jstability.listeners.DiagnosisEvent.Kind;
import io.github.dl4jstability.listeners.Severity;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DiagnosisHistoryTest {
  private final DiagnosisHistory history = new DiagnosisHistory();

  private static Diagnosis diagnosis(Condition condition, Severity severity, int iteration) {
    return new Diagnosis(
        condition, severity, iteration, 0, List.of(), Map.of(), "why", "what", Optional.empty());
  }

  private void record(Kind kind, int serial, Diagnosis diagnosis) {
    history.record("run", new DiagnosisEvent(kind, 100, serial, diagnosis));
  }

  private Condition primary() {
    return history.primary().orElseThrow().condition();
  }

  @Test
  void shouldPreferTheMoreSevereThenTheEarlierThenTheOneUpstream() {
    record(Kind.RAISED, 0, diagnosis(Condition.VANISHING_GRADIENT, Severity.WARNING, 10));
    record(Kind.RAISED, 1, diagnosis(Condition.DEAD_UNITS, Severity.WARNING, 5));
    assertThat(primary()).isEqualTo(Condition.DEAD_UNITS);
    record(Kind.RAISED, 2, diagnosis(Condition.POOR_INITIALIZATION, Severity.WARNING, 5));
    assertThat(primary()).isEqualTo(Condition.POOR_INITIALIZATION);
    record(Kind.RAISED, 3, diagnosis(Condition.DIVERGING_LOSS, Severity.ERROR, 50));
    assertThat(primary()).isEqualTo(Condition.DIVERGING_LOSS);
  }

  @Test
  void shouldNameTheRootOfWhatStillHoldsAlthoughTheRootDoesNot() {
    Diagnosis rate = diagnosis(Condition.LEARNING_RATE_TOO_HIGH, Severity.WARNING, 2);
    Diagnosis dead = diagnosis(Condition.DEAD_UNITS, Severity.WARNING, 5).causedBy(rate);
    record(Kind.RAISED, 0, rate);
    record(Kind.RAISED, 1, dead);
    record(Kind.WITHDRAWN, 0, rate);
    assertThat(primary()).isEqualTo(Condition.LEARNING_RATE_TOO_HIGH);
    record(Kind.WITHDRAWN, 1, dead);
    assertThat(history.primary()).isEmpty();
    assertThat(history.all()).hasSize(2);
  }
}
