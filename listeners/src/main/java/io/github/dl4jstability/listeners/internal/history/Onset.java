package io.github.dl4jstability.listeners.internal.history;

import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.internal.observation.Observation;

/**
 * When something began.
 *
 * @param iteration the iteration, as the model counts it
 * @param epoch its epoch
 */
public record Onset(int iteration, int epoch) {
  /** Stands where nothing was seen yet. */
  public static final Onset NONE = new Onset(0, 0);

  public static Onset at(Observation observation) {
    return new Onset(observation.iteration(), observation.epoch());
  }

  public static Onset of(Diagnosis diagnosis) {
    return new Onset(diagnosis.iteration(), diagnosis.epoch());
  }
}
