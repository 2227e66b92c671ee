package io.github.dl4jstability.listeners.dashboard;

import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.DiagnosisEvent;
import io.github.dl4jstability.listeners.Severity;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A diagnosis as its events left it.
 *
 * @param number its place in the order in which findings were raised
 * @param diagnosis its latest form
 * @param open whether it still holds
 * @param lastIteration iteration of its latest event
 */
record Finding(int number, Diagnosis diagnosis, boolean open, int lastIteration) {

  /** By their root causes; of those that share one, the cause itself, then the oldest. */
  private static final Comparator<Finding> MOST_URGENT_FIRST =
      Comparator.comparing(Finding::diagnosis, Diagnosis.mostUrgentFirst())
          .thenComparing(f -> f.diagnosis().cause().isPresent())
          .thenComparingInt(Finding::number);

  /**
   * Folds events, oldest first, into findings in the order in which they were raised. A serial
   * number that is raised again comes from a later run under the same name; whatever the earlier
   * run left open is over then.
   */
  static List<Finding> of(Collection<DiagnosisEvent> events) {
    List<Finding> findings = new ArrayList<>();
    Map<Integer, Integer> places = new HashMap<>();
    for (DiagnosisEvent event : events) {
      if (event.kind() == DiagnosisEvent.Kind.RAISED && places.containsKey(event.serial())) {
        findings.replaceAll(Finding::over);
        places.clear();
      }
      int place = places.computeIfAbsent(event.serial(), serial -> findings.size());
      if (place == findings.size()) {
        findings.add(of(place, event));
      } else {
        findings.set(place, of(place, event));
      }
    }
    return findings;
  }

  private static Finding of(int number, DiagnosisEvent event) {
    boolean open = event.kind() != DiagnosisEvent.Kind.WITHDRAWN;
    return new Finding(number, event.diagnosis(), open, event.iteration());
  }

  private Finding over() {
    return new Finding(number, diagnosis, false, lastIteration);
  }

  /** The open finding with the root cause to mend first. */
  static Optional<Finding> mostUrgent(Collection<Finding> findings) {
    return findings.stream().filter(Finding::open).min(MOST_URGENT_FIRST);
  }

  /** The highest severity of what is open. */
  static Optional<Severity> worst(Collection<Finding> findings) {
    return findings.stream()
        .filter(Finding::open)
        .map(finding -> finding.diagnosis().severity())
        .max(Comparator.naturalOrder());
  }
}
