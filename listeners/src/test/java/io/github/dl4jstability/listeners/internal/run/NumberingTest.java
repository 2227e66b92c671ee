package io.github.dl4jstability.listeners.internal.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.DiagnosisEvent;
import io.github.dl4jstability.listeners.DiagnosisEvent.Kind;
import io.github.dl4jstability.listeners.Severity;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A run that was put aside goes on in its session, with numbers of its own. */
class NumberingTest {
  private final Session session = new Session("session", "worker");

  private static DiagnosisEvent event(Kind kind, int serial) {
    return new DiagnosisEvent(
        kind,
        7,
        serial,
        new Diagnosis(
            Condition.DEAD_UNITS,
            Severity.WARNING,
            5,
            0,
            List.of(),
            Map.of(),
            "",
            "",
            Optional.empty()));
  }

  @Test
  void shouldKeepTheNumbersOfTheFirstRun() {
    List<DiagnosisEvent> events = List.of(event(Kind.RAISED, 0), event(Kind.RAISED, 1));
    assertThat(new Numbering(session).of(7, events)).isEqualTo(events);
  }

  @Test
  void shouldEndWhatStoodAndNumberAfterIt() {
    Numbering first = new Numbering(session);
    first.of(7, List.of(event(Kind.RAISED, 0), event(Kind.RAISED, 1)));
    first.of(8, List.of(event(Kind.WITHDRAWN, 0)));
    first.putAside(session);
    Numbering second = new Numbering(session);
    assertThat(second.of(90, List.of(event(Kind.RAISED, 0))))
        .extracting(DiagnosisEvent::kind, DiagnosisEvent::serial)
        .containsExactly(tuple(Kind.WITHDRAWN, 1), tuple(Kind.RAISED, 2));
    second.putAside(session);
    assertThat(session.nextSerial()).isEqualTo(3);
    assertThat(session.standing()).extracting(DiagnosisEvent::serial).containsExactly(2);
  }
}
