package io.github.dl4jstability.listeners.rules;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.observation.Observation;
import java.util.Optional;

/**
 * Judges one condition from the numbers of one run. A rule keeps what it has to remember of that
 * run, and it decides with hysteresis: what it has raised stays until the evidence against it is as
 * strong as the evidence for it was.
 */
public interface Rule {
  /**
   * Returns what this rule judges.
   *
   * @return the condition of every diagnosis it returns
   */
  Condition condition();

  /**
   * Takes one more iteration into account.
   *
   * @param observation what was measured; iterations come in order
   * @return the diagnosis as it stands after this iteration; empty if the condition does not hold
   */
  Optional<Diagnosis> judge(Observation observation);
}
