package io.github.dl4jstability.listeners;

import static java.util.Objects.requireNonNull;

import io.github.dl4jstability.listeners.internal.diagnosis.Urgency;
import io.github.dl4jstability.listeners.internal.rules.Conditions;
import java.io.Serial;
import java.io.Serializable;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One thing that is wrong with a run: what, where, since when, why, and what to change.
 *
 * <p>Immutable. Evidence keeps its order and may hold NaN and infinities, which are results like
 * any other number. Java serialization keeps all of it, the chain of causes too.
 *
 * @param condition what is wrong
 * @param severity how much it matters
 * @param iteration the iteration (as counted by the model, from 0) at which it began
 * @param epoch the epoch in which it began, from 0
 * @param layers names of the layers concerned, from input to output; empty if it concerns the whole
 *     network
 * @param evidence the numbers that show it, by name
 * @param explanation why we say so, in one or two sentences with the numbers
 * @param remedy what to change, as the Deeplearning4j call to use
 * @param cause the diagnosis that brought this one about, or empty if this is a root cause
 */
public record Diagnosis(
    Condition condition,
    Severity severity,
    int iteration,
    int epoch,
    List<String> layers,
    Map<String, Double> evidence,
    String explanation,
    String remedy,
    Optional<Diagnosis> cause)
    implements Serializable {

  /** Copies the collections and rejects missing parts and negative counts. */
  public Diagnosis {
    requireNonNull(condition, "condition");
    requireNonNull(severity, "severity");
    if (iteration < 0) {
      throw new IllegalArgumentException("iteration must be at least 0, was " + iteration);
    }
    if (epoch < 0) {
      throw new IllegalArgumentException("epoch must be at least 0, was " + epoch);
    }
    layers = List.copyOf(layers);
    evidence = Collections.unmodifiableMap(new LinkedHashMap<>(evidence));
    requireNonNull(explanation, "explanation");
    requireNonNull(remedy, "remedy");
    requireNonNull(cause, "cause");
  }

  /**
   * Returns this diagnosis as a consequence of another. What mends the cause mends it too, so it
   * takes over the cause's remedy.
   *
   * @param newCause what brought it about
   * @return the same diagnosis with that cause and its remedy
   */
  public Diagnosis causedBy(Diagnosis newCause) {
    return new Diagnosis(
        condition,
        severity,
        iteration,
        epoch,
        layers,
        evidence,
        explanation,
        newCause.remedy,
        Optional.of(newCause));
  }

  /**
   * Returns this diagnosis with another severity.
   *
   * @param newSeverity how much it matters
   * @return the same diagnosis with that severity
   */
  public Diagnosis withSeverity(Severity newSeverity) {
    return newSeverity == severity
        ? this
        : new Diagnosis(
            condition, newSeverity, iteration, epoch, layers, evidence, explanation, remedy, cause);
  }

  /**
   * Returns this diagnosis with other reasons.
   *
   * @param newExplanation why we say so
   * @return the same diagnosis with that explanation
   */
  public Diagnosis withExplanation(String newExplanation) {
    return new Diagnosis(
        condition, severity, iteration, epoch, layers, evidence, newExplanation, remedy, cause);
  }

  /**
   * Ranks diagnoses by their root causes, in the one way that the dashboard and {@link
   * StabilityListener#primary()} share: first the one that led to the most severe; of several, the
   * one that began first; and of those, the one farthest upstream (data, initial weights,
   * penalties, rate).
   *
   * @return an order that puts what to mend first before the rest
   */
  public static Comparator<Diagnosis> mostUrgentFirst() {
    return Urgency.mostUrgentFirst(Conditions.CATALOGUE);
  }

  /**
   * Follows the causes to the first one.
   *
   * @return the root cause; this diagnosis itself if it has no cause
   */
  public Diagnosis root() {
    Diagnosis root = this;
    while (root.cause.isPresent()) {
      root = root.cause.get();
    }
    return root;
  }

  /** An {@link Optional} is not serializable. */
  @Serial
  private Object writeReplace() {
    return new SerializedDiagnosis(
        condition,
        severity,
        iteration,
        epoch,
        layers,
        evidence,
        explanation,
        remedy,
        cause.orElse(null));
  }
}
