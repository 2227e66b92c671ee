package io.github.dl4jstability.listeners;

import static java.util.Objects.requireNonNull;

/**
 * A change in what is known to be wrong with a run.
 *
 * @param kind what happened to the diagnosis
 * @param iteration the iteration in which it happened
 * @param serial number of the diagnosis within its worker's run; all events of one diagnosis share
 *     it
 * @param diagnosis the diagnosis as it stands after the event
 */
public record DiagnosisEvent(Kind kind, int iteration, int serial, Diagnosis diagnosis) {

  /** Rejects missing parts and negative numbers. */
  public DiagnosisEvent {
    requireNonNull(kind, "kind");
    requireNonNull(diagnosis, "diagnosis");
    if (iteration < 0) {
      throw new IllegalArgumentException("iteration must be at least 0, was " + iteration);
    }
    if (serial < 0) {
      throw new IllegalArgumentException("serial must be at least 0, was " + serial);
    }
  }

  /** What can happen to a diagnosis. */
  public enum Kind {
    /** It is new. */
    RAISED,
    /** It still holds, with other numbers, severity or cause. */
    UPDATED,
    /** It no longer holds. */
    WITHDRAWN
  }
}
