package io.github.dl4jstability.listeners;

import java.io.Serial;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A {@link Diagnosis} as it is written by Java serialization: the cause may be null. */
record SerializedDiagnosis(
    Condition condition,
    Severity severity,
    int iteration,
    int epoch,
    List<String> layers,
    Map<String, Double> evidence,
    String explanation,
    String remedy,
    @Nullable Diagnosis cause)
    implements Serializable {

  @Serial
  private Object readResolve() {
    return new Diagnosis(
        condition,
        severity,
        iteration,
        epoch,
        layers,
        evidence,
        explanation,
        remedy,
        Optional.ofNullable(cause));
  }
}
