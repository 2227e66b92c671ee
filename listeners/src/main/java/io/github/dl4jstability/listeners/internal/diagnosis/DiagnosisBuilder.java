package io.github.dl4jstability.listeners.internal.diagnosis;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.Evidence;
import io.github.dl4jstability.listeners.Severity;
import io.github.dl4jstability.listeners.internal.history.Onset;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure.Layer;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes the diagnosis of a rule: a warning about the whole network, unless it says more. Evidence
 * stays in the order in which it is shown.
 */
public final class DiagnosisBuilder {
  private final Condition condition;
  private final Map<String, Double> evidence = new LinkedHashMap<>();
  private Severity severity = Severity.WARNING;
  private Onset onset = Onset.NONE;
  private List<String> layers = List.of();
  private String explanation = "";
  private String remedy = "";

  private DiagnosisBuilder(Condition condition) {
    this.condition = condition;
  }

  public static DiagnosisBuilder of(Condition condition) {
    return new DiagnosisBuilder(condition);
  }

  /** Starts from another diagnosis, to say more. */
  public static DiagnosisBuilder like(Diagnosis other) {
    DiagnosisBuilder builder =
        of(other.condition())
            .severity(other.severity())
            .since(Onset.of(other))
            .in(other.layers())
            .because(other.explanation())
            .remedy(other.remedy());
    builder.evidence.putAll(other.evidence());
    return builder;
  }

  public DiagnosisBuilder severity(Severity newSeverity) {
    severity = newSeverity;
    return this;
  }

  /** Sets when it began. */
  public DiagnosisBuilder since(Onset newOnset) {
    onset = newOnset;
    return this;
  }

  public DiagnosisBuilder in(List<String> names) {
    layers = names;
    return this;
  }

  /** Sets the layers by their indices, from input to output. */
  public DiagnosisBuilder in(NetworkStructure structure, Collection<Integer> indices) {
    return in(indices.stream().map(structure.layers()::get).map(Layer::name).toList());
  }

  public DiagnosisBuilder show(Evidence what, double value) {
    evidence.put(what.label(), value);
    return this;
  }

  /** Shows a number of one layer. */
  public DiagnosisBuilder show(Evidence what, Layer layer, double value) {
    evidence.put(what.label(layer.name()), value);
    return this;
  }

  public DiagnosisBuilder because(String newExplanation) {
    explanation = newExplanation;
    return this;
  }

  public DiagnosisBuilder remedy(String newRemedy) {
    remedy = newRemedy;
    return this;
  }

  public Diagnosis build() {
    return new Diagnosis(
        condition,
        severity,
        onset.iteration(),
        onset.epoch(),
        layers,
        evidence,
        explanation,
        remedy,
        Optional.empty());
  }
}
