package io.github.dl4jstability.listeners.internal.diagnosis;

import io.github.dl4jstability.listeners.Diagnosis;
import java.util.Optional;

/**
 * The diagnosis that a rule makes at present, if any. It is worded when it is raised and then at
 * doubling intervals only, so that a condition that lasts costs nothing.
 */
public final class CurrentDiagnosis {
  private static final int SHORTEST_INTERVAL = 10;

  private Optional<Diagnosis> diagnosis = Optional.empty();
  private int nextWording;

  /** The diagnosis; empty if the condition does not hold. */
  public Optional<Diagnosis> get() {
    return diagnosis;
  }

  public boolean isActive() {
    return diagnosis.isPresent();
  }

  /** Tells whether to word it anew. */
  public boolean isDue(int iteration) {
    return diagnosis.isEmpty() || iteration >= nextWording;
  }

  /** Raises the diagnosis or words it anew, and returns it. */
  public Optional<Diagnosis> set(Diagnosis diagnosis, int iteration) {
    this.diagnosis = Optional.of(diagnosis);
    nextWording = iteration + Math.max(SHORTEST_INTERVAL, iteration - diagnosis.iteration());
    return this.diagnosis;
  }

  /** Withdraws the diagnosis and returns none. */
  public Optional<Diagnosis> withdraw() {
    diagnosis = Optional.empty();
    return diagnosis;
  }
}
