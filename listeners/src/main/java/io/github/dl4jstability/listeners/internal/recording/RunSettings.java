package io.github.dl4jstability.listeners.internal.recording;

import static java.util.Objects.requireNonNull;

import io.github.dl4jstability.listeners.Condition;
import java.util.Set;

/**
 * How a run was watched.
 *
 * @param library version of this library that recorded it; "unknown" where the jar does not say
 * @param worker id of the worker that trained it
 * @param preset name of the listener's preset
 * @param every measured each so many iterations, at least 1
 * @param without conditions that were not judged
 * @param curvatureBudget largest share of the time for looking at the curvature
 */
public record RunSettings(
    String library,
    String worker,
    String preset,
    int every,
    Set<Condition> without,
    double curvatureBudget) {

  /** Copies the set and rejects missing parts and distances below 1. */
  public RunSettings {
    requireNonNull(library, "library");
    requireNonNull(worker, "worker");
    requireNonNull(preset, "preset");
    without = Set.copyOf(without);
    if (every < 1) {
      throw new IllegalArgumentException("every must be at least 1 iteration, was " + every);
    }
  }
}
