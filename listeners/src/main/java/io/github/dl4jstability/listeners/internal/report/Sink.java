package io.github.dl4jstability.listeners.internal.report;

import io.github.dl4jstability.listeners.DiagnosisEvent;
import io.github.dl4jstability.listeners.internal.observation.Observation;
import java.util.List;

/** A destination for what is observed and diagnosed. Used by one thread at a time. */
@FunctionalInterface
public interface Sink {
  /**
   * Takes one iteration. Must return quickly and wait for nothing: training may have to wait for
   * it.
   *
   * @param observation what was measured
   * @param events what changed in the diagnoses, in order
   */
  void accept(Observation observation, List<DiagnosisEvent> events);
}
