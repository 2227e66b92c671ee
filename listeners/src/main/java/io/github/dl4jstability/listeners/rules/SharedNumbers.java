package io.github.dl4jstability.listeners.rules;

import io.github.dl4jstability.listeners.observation.Observation;
import org.jspecify.annotations.Nullable;

/**
 * Numbers of one run that several rules share: the first of them that takes an observation does the
 * sums.
 */
abstract class SharedNumbers {
  private @Nullable Observation taken;

  /** Takes one more iteration into account; the same one again changes nothing. */
  @SuppressWarnings("ReferenceEquality")
  final void take(Observation observation) {
    if (observation != taken) {
      taken = observation;
      add(observation);
    }
  }

  abstract void add(Observation observation);
}
