package io.github.dl4jstability.listeners.internal.diagnosis;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.Severity;
import java.util.Comparator;
import java.util.List;

/**
 * Ranks diagnoses by their root causes: what to mend first comes first. The one that led to the
 * most severe; of several, the one that began first; and of those, the one farthest upstream, since
 * it may have a share in the others. {@code docs/conditions/root-cause.md} tells it to users.
 */
public final class Urgency {
  /** What a run starts from, in the order in which the signal meets it, then how it moves. */
  private static final List<Condition> UPSTREAM_FIRST =
      List.of(
          Condition.NON_FINITE,
          Condition.INPUT_SCALE,
          Condition.SYMMETRIC_UNITS,
          Condition.POOR_INITIALIZATION,
          Condition.REGULARIZATION_TOO_STRONG,
          Condition.LEARNING_RATE_TOO_HIGH,
          Condition.LEARNING_RATE_TOO_LOW,
          Condition.EXPLODING_GRADIENT,
          Condition.SATURATED_UNITS,
          Condition.DEAD_UNITS,
          Condition.VANISHING_GRADIENT);

  public static final Comparator<Diagnosis> MOST_URGENT_FIRST =
      Comparator.comparing(Urgency::severity)
          .reversed()
          .thenComparingInt(diagnosis -> diagnosis.root().iteration())
          .thenComparingInt(diagnosis -> place(diagnosis.root().condition()));

  private Urgency() {}

  /** A cause is as bad as what it led to. */
  private static Severity severity(Diagnosis diagnosis) {
    Severity own = diagnosis.severity();
    Severity ofRoot = diagnosis.root().severity();
    return own.compareTo(ofRoot) >= 0 ? own : ofRoot;
  }

  /** How far upstream a condition is; those that are named nowhere are all equally far down. */
  private static int place(Condition condition) {
    int place = UPSTREAM_FIRST.indexOf(condition);
    return place < 0 ? UPSTREAM_FIRST.size() : place;
  }
}
