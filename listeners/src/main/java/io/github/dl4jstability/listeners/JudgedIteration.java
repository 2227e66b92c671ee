package io.github.dl4jstability.listeners;

import java.util.List;
import java.util.Optional;

/**
 * An iteration of a {@link Recording}, judged again.
 *
 * @param run number of its run in the recording
 * @param iteration number of the iteration, as the model counts it
 * @param epoch number of the epoch, as the model counts it
 * @param timeMillis milliseconds since 1970 at its end
 * @param loss the loss on its minibatch
 * @param events what changed in the diagnoses, causes before their consequences
 * @param primary the root cause that stands after it, over all runs
 */
public record JudgedIteration(
    int run,
    int iteration,
    int epoch,
    long timeMillis,
    double loss,
    List<DiagnosisEvent> events,
    Optional<Diagnosis> primary) {

  /** Copies the list. */
  public JudgedIteration {
    events = List.copyOf(events);
  }
}
