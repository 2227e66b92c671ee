package io.github.dl4jstability.listeners.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.DiagnosisEvent;
import io.github.dl4jstability.listeners.DiagnosisEvent.Kind;
import io.github.dl4jstability.listeners.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FindingTest {
  private final List<DiagnosisEvent> events = new ArrayList<>();

  private static Diagnosis diagnosis(Condition condition, Severity severity, int iteration) {
    return new Diagnosis(
        condition, severity, iteration, 0, List.of(), Map.of(), "", "", Optional.empty());
  }

  private void raise(Diagnosis diagnosis) {
    events.add(new DiagnosisEvent(Kind.RAISED, 100, events.size(), diagnosis));
  }

  private Diagnosis mostUrgent() {
    return Finding.mostUrgent(Finding.of(events)).orElseThrow().diagnosis();
  }

  /** As the listener's primary diagnosis, whatever was raised first. */
  @Test
  void shouldPreferTheRootFarthestUpstreamWhereSeverityAndBeginningAreTheSame() {
    raise(diagnosis(Condition.VANISHING_GRADIENT, Severity.WARNING, 0));
    raise(diagnosis(Condition.POOR_INITIALIZATION, Severity.WARNING, 0));
    assertThat(mostUrgent().condition()).isEqualTo(Condition.POOR_INITIALIZATION);
  }

  @Test
  void shouldJudgeAConsequenceByItsRoot() {
    Diagnosis rate = diagnosis(Condition.LEARNING_RATE_TOO_HIGH, Severity.WARNING, 2);
    raise(diagnosis(Condition.SATURATED_UNITS, Severity.WARNING, 5));
    raise(diagnosis(Condition.DEAD_UNITS, Severity.WARNING, 9).causedBy(rate));
    assertThat(mostUrgent().root()).isEqualTo(rate);
    raise(rate);
    assertThat(mostUrgent()).isEqualTo(rate);
  }

  @Test
  void shouldTellTheWorstSeverityOfWhatIsOpen() {
    raise(diagnosis(Condition.DEAD_UNITS, Severity.INFO, 0));
    assertThat(Finding.worst(Finding.of(events))).contains(Severity.INFO);
    raise(diagnosis(Condition.DIVERGING_LOSS, Severity.ERROR, 50));
    assertThat(Finding.worst(Finding.of(events))).contains(Severity.ERROR);
    events.add(
        new DiagnosisEvent(
            Kind.WITHDRAWN, 120, 1, diagnosis(Condition.DIVERGING_LOSS, Severity.ERROR, 50)));
    assertThat(Finding.worst(Finding.of(events))).contains(Severity.INFO);
  }
}
