package io.github.dl4jstability.listeners.rules;

import io.github.dl4jstability.listeners.Diagnosis;
import java.util.Optional;

/**
 * What a rule says at present. It is worded when it is raised and then at doubling intervals only,
 * so that a condition that lasts costs nothing.
 */
final class Verdict {
  private Optional<Diagnosis> said = Optional.empty();
  private int nextWording;

  Optional<Diagnosis> said() {
    return said;
  }

  boolean stands() {
    return said.isPresent();
  }

  /** Tells whether to word it anew. */
  boolean isDue(int iteration) {
    return said.isEmpty() || iteration >= nextWording;
  }

  /** Says something new. */
  Optional<Diagnosis> say(Diagnosis diagnosis, int iteration) {
    said = Optional.of(diagnosis);
    nextWording = iteration + Math.max(10, iteration - diagnosis.iteration());
    return said;
  }

  Optional<Diagnosis> withdraw() {
    said = Optional.empty();
    return said;
  }
}
