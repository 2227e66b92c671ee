package io.github.dl4jstability.listeners.internal.curvature.objective;

import org.nd4j.linalg.api.rng.Random;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Holds the thread's random generator at the same state for every evaluation and gives it back as
 * it was: noise that cannot be switched off is frozen, and the training's own stream does not move.
 */
final class FixedRandomness implements AutoCloseable {
  private static final long STATE = 0x5DEECE66DL;

  private final Random generator;
  private final long root;
  private final long node;

  private FixedRandomness(Random generator) {
    this.generator = generator;
    this.root = generator.rootState();
    this.node = generator.nodeState();
  }

  static FixedRandomness hold() {
    FixedRandomness held = new FixedRandomness(Nd4j.getRandom());
    held.generator.setStates(STATE, STATE);
    return held;
  }

  @Override
  public void close() {
    generator.setStates(root, node);
  }
}
