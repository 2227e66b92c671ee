package io.github.dl4jstability.listeners.internal.rules;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.Severity;
import io.github.dl4jstability.listeners.internal.diagnosis.Rule;
import io.github.dl4jstability.listeners.internal.history.RunHistory;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A rule that says what it is told to say. */
public final class Scripted implements Rule {
  private final Condition condition;
  private Optional<Diagnosis> says = Optional.empty();
  private boolean fails;
  private boolean consequence = true;

  public Scripted(Condition condition) {
    this.condition = condition;
  }

  public Scripted says(Severity severity, int since, String... layers) {
    return says(severity, since, Map.of(), layers);
  }

  public Scripted says(
      Severity severity, int since, Map<String, Double> evidence, String... layers) {
    says =
        Optional.of(
            new Diagnosis(
                condition,
                severity,
                since,
                0,
                List.of(layers),
                evidence,
                condition + " explained.",
                "Mend " + condition,
                Optional.empty()));
    return this;
  }

  public void saysNothing() {
    says = Optional.empty();
  }

  /** From now on what it says comes from outside. */
  public void comesFromOutside() {
    consequence = false;
  }

  public void fails() {
    fails = true;
  }

  @Override
  public Set<Condition> conditions() {
    return Set.of(condition);
  }

  @Override
  public boolean mayBeConsequence() {
    return consequence;
  }

  @Override
  public Optional<Diagnosis> judge(RunHistory history) {
    if (fails) {
      throw new IllegalStateException("broken rule");
    }
    return says;
  }
}
