package io.github.dl4jstability.initializers.network;

import org.nd4j.linalg.activations.IActivation;

/**
 * One place in a copy of a network where an observer sees what passes.
 *
 * @param name the name of the layer or vertex
 * @param activation the activation that is tapped; the identity behind a layer's output
 * @param isAtOutput whether the layer's output is seen rather than its weighted input
 * @param isChannelsLast whether its units are along the last axis rather than along axis 1
 */
record Tap(String name, IActivation activation, boolean isAtOutput, boolean isChannelsLast) {

  /** Gives the observer of a tap. */
  interface Observers {

    ActivationTap.Observer of(Tap tap);
  }
}
