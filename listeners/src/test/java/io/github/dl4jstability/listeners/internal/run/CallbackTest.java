package io.github.dl4jstability.listeners.internal.run;

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

class CallbackTest {
  private final List<Severity> told = new ArrayList<>();
  private final Callback callback = new Callback(diagnosis -> told.add(diagnosis.severity()));

  private void record(String run, Kind kind, int serial, Severity severity) {
    Diagnosis diagnosis =
        new Diagnosis(
            Condition.DEAD_UNITS, severity, 5, 0, List.of(), Map.of(), "", "", Optional.empty());
    callback.record(run, new DiagnosisEvent(kind, 100, serial, diagnosis));
  }

  @Test
  void shouldCallBackOnlyWhenToldTo() {
    record("run", Kind.RAISED, 0, Severity.WARNING);
    assertThat(told).isEmpty();
    callback.deliver();
    assertThat(told).containsExactly(Severity.WARNING);
    callback.deliver();
    assertThat(told).hasSize(1);
  }

  @Test
  void shouldCallBackWhenTheSeverityChangesOrTheDiagnosisComesAgain() {
    record("run", Kind.RAISED, 0, Severity.WARNING);
    record("run", Kind.UPDATED, 0, Severity.WARNING);
    record("run", Kind.UPDATED, 0, Severity.ERROR);
    record("run", Kind.WITHDRAWN, 0, Severity.ERROR);
    record("run", Kind.RAISED, 0, Severity.ERROR);
    callback.deliver();
    assertThat(told).containsExactly(Severity.WARNING, Severity.ERROR, Severity.ERROR);
  }

  @Test
  void shouldTellRunsApart() {
    record("one", Kind.RAISED, 0, Severity.WARNING);
    record("other", Kind.RAISED, 0, Severity.WARNING);
    callback.deliver();
    assertThat(told).hasSize(2);
  }
}
