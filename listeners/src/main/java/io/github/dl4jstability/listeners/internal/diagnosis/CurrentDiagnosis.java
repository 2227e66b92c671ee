package io.github.dl4jstability.listeners.internal.diagnosis;

import io.github.dl4jstability.listeners.Diagnosis;
import java.util.Optional;

/**
 * What a rule says at present. It is worded when it is raised and then at doubling intervals only,
 * so that a condition that lasts costs nothing.
 */
public final class CurrentDiagnosis {
  private Optional<Diagnosis> said = Optional.empty();
  private int nextWording;

  public Optional<Diagnosis> said() {
    return said;
  }

  public boolean stands() {
    return said.isPresent();
  }

  /** Tells whether to word it anew. */
  public boolean isDue(int iteration) {
    return said.isEmpty() || iteration >= nextWording;
  }

  /** Says something new. */
  public Optional<Diagnosis> say(Diagnosis diagnosis, int iteration) {
    said = Optional.of(diagnosis);
    nextWording = iteration + Math.max(10, iteration - diagnosis.iteration());
    return said;
  }

  public Optional<Diagnosis> withdraw() {
    said = Optional.empty();
    return said;
  }
}
