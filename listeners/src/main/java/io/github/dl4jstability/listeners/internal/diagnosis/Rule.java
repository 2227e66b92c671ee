package io.github.dl4jstability.listeners.internal.diagnosis;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.internal.history.RunHistory;
import io.github.dl4jstability.listeners.internal.observation.StationaryNumbers;
import java.util.Optional;
import java.util.Set;

/**
 * Judges one condition, or a few that exclude each other, from the numbers of one run. A rule keeps
 * what it has to remember of that run, and it decides with hysteresis: what it has raised stays
 * until the evidence against it is as strong as the evidence for it was.
 */
public interface Rule {
  /**
   * Returns what this rule judges.
   *
   * @return the conditions that its diagnoses may have
   */
  Set<Condition> conditions();

  /**
   * Takes one more iteration into account. As long as nothing changes it returns the same object,
   * so that nothing is worded or compared anew at each iteration.
   *
   * @param history what was measured, the present observation included
   * @return the diagnosis as it stands after this iteration; empty if nothing that it judges holds
   */
  Optional<Diagnosis> judge(RunHistory history);

  /**
   * Tells whether this rule says something new only after a closer look, and need not be asked in
   * between.
   *
   * @return false unless a rule knows better
   */
  default boolean waitsForLooks() {
    return false;
  }

  /**
   * Tells whether what this rule said last may be the consequence of another condition. Not so NaN
   * in the data, for example.
   *
   * @return true unless a rule knows better
   */
  default boolean mayBeConsequence() {
    return true;
  }

  /**
   * Tells whether this rule judges the present stall and wants the curvature probe to look at it.
   *
   * @return false unless a rule knows better
   */
  default boolean judgesStalls() {
    return false;
  }

  /**
   * Takes what the curvature probe measured at the place of the present stall.
   *
   * @param numbers what was measured
   */
  default void probed(StationaryNumbers numbers) {}

  /**
   * Takes why the curvature probe measured nothing.
   *
   * @param reason why, as part of a sentence
   */
  default void notProbed(String reason) {}
}
