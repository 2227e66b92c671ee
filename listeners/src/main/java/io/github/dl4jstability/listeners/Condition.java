package io.github.dl4jstability.listeners;

import java.util.Locale;

/** What can be wrong with a training run. */
public enum Condition {
  /** NaN or infinity in activations, gradients, updates, parameters or loss. */
  NON_FINITE,
  /** Gradients so large that they no longer describe the loss over an ordinary step. */
  EXPLODING_GRADIENT,
  /** Gradients that fade toward the input, so that early layers cannot learn. */
  VANISHING_GRADIENT,
  /** Units that are never active. */
  DEAD_UNITS,
  /** Units that sit where their activation function is flat. */
  SATURATED_UNITS,
  /** Units of one layer that are copies of each other. */
  SYMMETRIC_UNITS,
  /** Initial weights that let signals fade or grow with depth. */
  POOR_INITIALIZATION,
  /** Features or targets whose scale does not fit the network. */
  INPUT_SCALE,
  /** The same output whatever the input. */
  CONSTANT_OUTPUT,
  /** Parameters that training does not change. */
  UNCHANGED_PARAMETERS,
  /** Steps too long for the curvature of the loss. */
  LEARNING_RATE_TOO_HIGH,
  /** Steps so short that training wastes most of its iterations. */
  LEARNING_RATE_TOO_LOW,
  /** A penalty on the weights that pulls harder than the loss, so that nothing is learned. */
  REGULARIZATION_TOO_STRONG,
  /** A loss that rises and does not come back. */
  DIVERGING_LOSS,
  /** A loss that swings without getting lower. */
  OSCILLATING_LOSS,
  /** A stall at a stationary point with a direction of negative curvature. */
  SADDLE_POINT,
  /** A stall in a region where the loss hardly changes in any direction. */
  PLATEAU,
  /** A stationary point without a direction of negative curvature. */
  LOCAL_MINIMUM,
  /** A stall where the gradient drowns in the noise between minibatches. */
  GRADIENT_NOISE;

  /**
   * Returns the name in words.
   *
   * @return for example {@code "vanishing gradient"}
   */
  public String title() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ').replace("non finite", "non-finite");
  }

  /**
   * Returns the file name of this condition's page below {@code docs/conditions/}.
   *
   * @return for example {@code "vanishing-gradient.md"}
   */
  public String page() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-') + ".md";
  }
}
