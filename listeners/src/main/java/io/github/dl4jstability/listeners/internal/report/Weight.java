package io.github.dl4jstability.listeners.internal.report;

import io.github.dl4jstability.listeners.DiagnosisEvent;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure;
import io.github.dl4jstability.listeners.internal.observation.Observation;

/** About how many bytes of heap wait with a record, for the bound on all that wait. */
final class Weight {
  private static final long OBJECT = 512;

  /** Moments of gradients, updates and parameters. */
  private static final long PARAMETER = 400;

  /** Moments, unit health, closer look. */
  private static final long LAYER = 600;

  /** One histogram. */
  private static final long HISTOGRAM = 700;

  private Weight() {}

  static long of(NetworkStructure structure) {
    return OBJECT + LAYER * structure.layers().size() + PARAMETER * structure.parameters().size();
  }

  static long of(Observation observation) {
    NetworkStructure structure = observation.structure();
    long histograms = structure.layers().size() + 3L * structure.parameters().size();
    return of(structure) + (observation.details().isPresent() ? HISTOGRAM * histograms : 0);
  }

  static long of(DiagnosisEvent event) {
    long text =
        (long) event.diagnosis().explanation().length() + event.diagnosis().remedy().length();
    long names = event.diagnosis().layers().stream().mapToLong(String::length).sum();
    return OBJECT + 2 * (text + names);
  }
}
