package io.github.dl4jstability.listeners;

import io.github.dl4jstability.listeners.internal.observation.NetworkStructure;
import java.util.Optional;
import java.util.Set;

/**
 * One model in training, as a {@link Recording} knows it.
 *
 * @param number its number in the recording, from 0
 * @param library version of this library that recorded it; "unknown" where the jar does not say
 * @param worker id of the worker that trained it; "main" for ordinary training
 * @param preset name of the listener's preset
 * @param every it was measured each so many iterations
 * @param without conditions that were not judged
 * @param curvatureBudget largest share of the time for looking at the curvature of stalls
 * @param structure the network as it last was; empty if no iteration was recorded
 * @param iterations how many iterations were recorded
 * @param firstIteration number of the first of them, as the model counts; −1 if there is none
 * @param lastIteration number of the last of them; −1 if there is none
 * @param firstMillis when the first of them ended, in milliseconds since 1970
 * @param lastMillis when the last of them ended
 * @param looks how often the curvature probe answered
 */
public record RecordedRun(
    int number,
    String library,
    String worker,
    String preset,
    int every,
    Set<Condition> without,
    double curvatureBudget,
    Optional<NetworkStructure> structure,
    long iterations,
    int firstIteration,
    int lastIteration,
    long firstMillis,
    long lastMillis,
    int looks) {

  /** Copies the set. */
  public RecordedRun {
    without = Set.copyOf(without);
  }
}
