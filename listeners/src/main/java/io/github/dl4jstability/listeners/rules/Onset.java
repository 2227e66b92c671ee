package io.github.dl4jstability.listeners.rules;

import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.observation.Observation;

/**
 * When something began.
 *
 * @param iteration the iteration, as the model counts it
 * @param epoch its epoch
 */
record Onset(int iteration, int epoch) {
  /** Stands where nothing was seen yet. */
  static final Onset NONE = new Onset(0, 0);

  static Onset at(Observation observation) {
    return new Onset(observation.iteration(), observation.epoch());
  }

  static Onset of(Diagnosis diagnosis) {
    return new Onset(diagnosis.iteration(), diagnosis.epoch());
  }
}
