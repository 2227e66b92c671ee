package io.github.dl4jstability.listeners.rules;

import io.github.dl4jstability.listeners.Diagnosis;

/**
 * A change in what is diagnosed.
 *
 * @param kind what happened
 * @param serial number of the diagnosis within the run, from 0; the same in all of its events
 * @param iteration iteration at which it happened
 * @param diagnosis the diagnosis as it now stands, with its cause
 */
public record DiagnosisEvent(Kind kind, int serial, int iteration, Diagnosis diagnosis) {
  /** What happened to a diagnosis. */
  public enum Kind {
    /** It was made. */
    RAISED,
    /** Its numbers, its layers, its severity or its cause changed. */
    UPDATED,
    /** It does not hold any more. */
    WITHDRAWN
  }
}
