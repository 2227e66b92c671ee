package io.github.dl4jstability.listeners.rules;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.observation.Observation;
import java.util.Optional;
import java.util.Set;

/** A rule and the history of the one run that it judges, kept up to date as the engine does. */
final class Asked {
  private final RunHistory history = new RunHistory();
  private final Rule rule;

  Asked(Rule rule) {
    this.rule = rule;
  }

  /** The history of a run after its first observation. */
  static RunHistory after(Observation first) {
    RunHistory history = new RunHistory();
    history.add(first);
    return history;
  }

  RunHistory history() {
    return history;
  }

  Set<Condition> conditions() {
    return rule.conditions();
  }

  boolean mayBeConsequence() {
    return rule.mayBeConsequence();
  }

  Optional<Diagnosis> judge(Observation observation) {
    history.add(observation);
    return rule.judge(history);
  }
}
