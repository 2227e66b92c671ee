package io.github.dl4jstability.benchmarks.accuracy.scenarios;

import static io.github.dl4jstability.listeners.Condition.CONSTANT_OUTPUT;
import static io.github.dl4jstability.listeners.Condition.DEAD_UNITS;
import static io.github.dl4jstability.listeners.Condition.DIVERGING_LOSS;
import static io.github.dl4jstability.listeners.Condition.EXPLODING_GRADIENT;
import static io.github.dl4jstability.listeners.Condition.LEARNING_RATE_TOO_HIGH;
import static io.github.dl4jstability.listeners.Condition.LEARNING_RATE_TOO_LOW;
import static io.github.dl4jstability.listeners.Condition.NON_FINITE;
import static io.github.dl4jstability.listeners.Condition.OSCILLATING_LOSS;
import static io.github.dl4jstability.listeners.Condition.PLATEAU;
import static io.github.dl4jstability.listeners.Condition.POOR_INITIALIZATION;
import static io.github.dl4jstability.listeners.Condition.SADDLE_POINT;
import static io.github.dl4jstability.listeners.Condition.SATURATED_UNITS;
import static io.github.dl4jstability.listeners.Condition.SYMMETRIC_UNITS;
import static io.github.dl4jstability.listeners.Condition.UNCHANGED_PARAMETERS;
import static io.github.dl4jstability.listeners.Condition.VANISHING_GRADIENT;

import io.github.dl4jstability.listeners.Condition;

/** What usually follows from a fault and so may stand beside it. */
final class Aftermath {
  private static final Condition[] EXPLOSION = {
    EXPLODING_GRADIENT,
    NON_FINITE,
    DIVERGING_LOSS,
    OSCILLATING_LOSS,
    LEARNING_RATE_TOO_HIGH,
    POOR_INITIALIZATION,
    DEAD_UNITS,
    SATURATED_UNITS,
    CONSTANT_OUTPUT,
    VANISHING_GRADIENT,
    UNCHANGED_PARAMETERS,
    PLATEAU
  };

  private static final Condition[] STANDSTILL = {
    VANISHING_GRADIENT,
    DEAD_UNITS,
    SATURATED_UNITS,
    CONSTANT_OUTPUT,
    UNCHANGED_PARAMETERS,
    POOR_INITIALIZATION,
    SYMMETRIC_UNITS,
    PLATEAU,
    SADDLE_POINT,
    LEARNING_RATE_TOO_LOW
  };

  private Aftermath() {}

  /** Consequences of signals, gradients or steps that grow too large. */
  static Condition[] ofExplosion() {
    return EXPLOSION.clone();
  }

  /** Consequences of signals or gradients that are lost. */
  static Condition[] ofStandstill() {
    return STANDSTILL.clone();
  }
}
