package io.github.dl4jstability.listeners.internal.rules;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.internal.diagnosis.Rule;
import io.github.dl4jstability.listeners.internal.history.RunHistory;
import io.github.dl4jstability.listeners.internal.observation.Observation;
import java.util.Optional;
import java.util.Set;

/** A rule and the history of the one run that it judges, kept up to date as the engine does. */
public final class Asked {
  private final RunHistory history = new RunHistory();
  private final Rule rule;

  public Asked(Rule rule) {
    this.rule = rule;
  }

  /** The history of a run after its first observation. */
  public static RunHistory after(Observation first) {
    RunHistory history = new RunHistory();
    history.add(first);
    return history;
  }

  public RunHistory history() {
    return history;
  }

  public Set<Condition> conditions() {
    return rule.conditions();
  }

  boolean mayBeConsequence() {
    return rule.mayBeConsequence();
  }

  public Optional<Diagnosis> judge(Observation observation) {
    history.add(observation);
    return rule.judge(history);
  }
}
