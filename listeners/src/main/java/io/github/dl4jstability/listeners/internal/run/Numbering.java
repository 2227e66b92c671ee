package io.github.dl4jstability.listeners.internal.run;

import io.github.dl4jstability.listeners.DiagnosisEvent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Numbers the diagnoses of a run after those of earlier runs of its session, which it ends: what is
 * still wrong is found anew. Thread-safe.
 */
final class Numbering {
  private final int first;
  private final Map<Integer, DiagnosisEvent> standing = new LinkedHashMap<>();
  private int next;
  private List<DiagnosisEvent> left;

  Numbering(Session session) {
    first = session.nextSerial();
    next = first;
    left = session.standing();
  }

  /** Returns the events of an iteration under their own numbers. */
  synchronized List<DiagnosisEvent> of(int iteration, List<DiagnosisEvent> events) {
    if (events.isEmpty() && left.isEmpty()) {
      return events;
    }
    List<DiagnosisEvent> numbered = new ArrayList<>();
    for (DiagnosisEvent event : left) {
      numbered.add(
          new DiagnosisEvent(
              DiagnosisEvent.Kind.WITHDRAWN, iteration, event.serial(), event.diagnosis()));
    }
    left = List.of();
    events.forEach(event -> numbered.add(number(event)));
    return numbered;
  }

  private DiagnosisEvent number(DiagnosisEvent event) {
    int serial = first + event.serial();
    DiagnosisEvent numbered =
        new DiagnosisEvent(event.kind(), event.iteration(), serial, event.diagnosis());
    next = Math.max(next, serial + 1);
    if (event.kind() == DiagnosisEvent.Kind.WITHDRAWN) {
      standing.remove(serial);
    } else {
      standing.put(serial, numbered);
    }
    return numbered;
  }

  /** Leaves to the session what the next run has to know. */
  synchronized void putAside(Session session) {
    List<DiagnosisEvent> all = new ArrayList<>(left);
    all.addAll(standing.values());
    session.put(next, all);
  }
}
