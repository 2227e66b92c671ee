package io.github.dl4jstability.listeners.internal.diagnosis;

import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.Severity;
import java.util.Comparator;

/**
 * Ranks diagnoses by their root causes: what to mend first comes first. The one that led to the
 * most severe; of several, the one that began first; and of those, the one farthest upstream, since
 * it may have a share in the others. {@code docs/conditions/root-cause.md} tells it to users.
 */
public final class Urgency {
  private Urgency() {}

  /**
   * Returns the order.
   *
   * @param catalogue tells what is upstream of what
   * @return the most urgent first
   */
  public static Comparator<Diagnosis> mostUrgentFirst(Catalogue catalogue) {
    return Comparator.comparing(Urgency::severity)
        .reversed()
        .thenComparingInt(diagnosis -> diagnosis.root().iteration())
        .thenComparingInt(diagnosis -> catalogue.placeOf(diagnosis.root().condition()));
  }

  /** A cause is as bad as what it led to. */
  private static Severity severity(Diagnosis diagnosis) {
    Severity own = diagnosis.severity();
    Severity ofRoot = diagnosis.root().severity();
    return own.compareTo(ofRoot) >= 0 ? own : ofRoot;
  }
}
