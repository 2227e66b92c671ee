package io.github.dl4jstability.listeners;

/**
 * How much to measure, in the order of cost. What each costs is measured in {@code
 * docs/benchmarks.md}.
 */
public enum Preset {
  /**
   * Everything, but at every tenth iteration only: the least cost, and a fault is seen up to nine
   * iterations late.
   */
  LIGHT(10, 1),
  /**
   * Gradients, updates, parameters and activations at every iteration, unit health at every tenth:
   * the default.
   */
  STANDARD(1, 10),
  /** Everything at every iteration. */
  FULL(1, 1);

  private final int every;
  private final int unitHealthEvery;

  Preset(int every, int unitHealthEvery) {
    this.every = every;
    this.unitHealthEvery = unitHealthEvery;
  }

  int every() {
    return every;
  }

  int unitHealthEvery() {
    return unitHealthEvery;
  }
}
