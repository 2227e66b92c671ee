package io.github.dl4jstability.listeners.internal.diagnosis;

import io.github.dl4jstability.listeners.Condition;

/**
 * One way in which a condition is known to bring about another.
 *
 * @param cause what comes first
 * @param way where in the network the cause has to be, seen from the effect
 * @param timing when the cause has to begin, seen from the effect
 * @param mechanism how it does that, as a clause
 */
record CausalLink(Condition cause, Way way, Timing timing, String mechanism) {

  /** When cause and effect have to begin. */
  enum Timing {
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
  enum Way {
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
