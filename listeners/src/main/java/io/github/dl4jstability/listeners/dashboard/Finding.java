package io.github.dl4jstability.listeners.dashboard;

import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.DiagnosisEvent;
import io.github.dl4jstability.listeners.Severity;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A diagnosis as its events left it.
 *
 * @param serial its number within the worker's run
 * @param diagnosis its latest form
 * @param open whether it still holds
 * @param lastIteration iteration of its latest event
 */
record Finding(int serial, Diagnosis diagnosis, boolean open, int lastIteration) {

  private static final Comparator<Finding> MOST_URGENT_FIRST =
      Comparator.comparing((Finding f) -> f.diagnosis().severity())
          .reversed()
          .thenComparingInt(f -> f.diagnosis().iteration())
          .thenComparingInt(Finding::serial);

  /** Folds events, oldest first, into findings in the order of their serial numbers. */
  static List<Finding> of(Collection<DiagnosisEvent> events) {
    Map<Integer, Finding> findings = new TreeMap<>();
    for (DiagnosisEvent event : events) {
      findings.put(
          event.serial(),
          new Finding(
              event.serial(),
              event.diagnosis(),
              event.kind() != DiagnosisEvent.Kind.WITHDRAWN,
              event.iteration()));
    }
    return new ArrayList<>(findings.values());
  }

  /** The open finding that matters most: the most severe and, among equals, the oldest. */
  static Optional<Finding> mostUrgent(Collection<Finding> findings) {
    return findings.stream().filter(Finding::open).min(MOST_URGENT_FIRST);
  }

  /** The highest severity of what is open. */
  static Optional<Severity> worst(Collection<Finding> findings) {
    return mostUrgent(findings).map(finding -> finding.diagnosis().severity());
  }
}
