package io.github.dl4jstability.listeners.internal.diagnosis;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import java.util.function.Predicate;

/**
 * One way in which a condition is known to bring about another.
 *
 * @param cause what comes first
 * @param way where in the network the cause has to be, seen from the effect
 * @param timing when the cause has to begin, seen from the effect
 * @param mechanism how it does that, as a clause
 * @param when which diagnoses of the cause count
 */
public record CausalLink(
    Condition cause, Way way, Timing timing, String mechanism, Predicate<Diagnosis> when) {

  /**
   * Returns a link wherever the cause lies and however its beginning is blurred.
   *
   * @param cause the condition that brings the effect about
   * @param mechanism how it does that, as a clause
   * @return the link
   */
  public static CausalLink because(Condition cause, String mechanism) {
    return new CausalLink(cause, Way.ANY, Timing.BLURRED, mechanism, diagnosis -> true);
  }

  /**
   * Restricts where the layers of the cause may lie.
   *
   * @param way seen from the effect
   * @return the restricted link
   */
  public CausalLink lying(Way way) {
    return new CausalLink(cause, way, timing, mechanism, when);
  }

  /**
   * Restricts when the cause may begin.
   *
   * @param timing seen from the effect
   * @return the restricted link
   */
  public CausalLink beginning(Timing timing) {
    return new CausalLink(cause, way, timing, mechanism, when);
  }

  /**
   * Restricts which diagnoses of the cause count.
   *
   * @param when what the diagnosis must be
   * @return the restricted link
   */
  public CausalLink when(Predicate<Diagnosis> when) {
    return new CausalLink(cause, way, timing, mechanism, when);
  }

  /** When cause and effect have to begin. */
  public enum Timing {
    /** The cause may seem to begin later by as much as beginnings are blurred. */
    BLURRED,
    /** The cause begins earlier or in the same iteration. */
    NOT_AFTER,
    /** The cause begins earlier. */
    BEFORE,
    /** Both begin at the same time, as far as beginnings are known. */
    TOGETHER
  }

  /** How layers of cause and effect have to lie. */
  public enum Way {
    /** Anywhere. */
    ANY,
    /** With the signal: a layer of the cause comes no later than the last layer of the effect. */
    FORWARD,
    /** With the gradient: a layer of the cause comes no earlier than the effect's first layer. */
    BACKWARD,
    /** In the same place: every layer of the effect is one of the cause. */
    SAME
  }
}
