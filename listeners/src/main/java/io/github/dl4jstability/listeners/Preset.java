package io.github.dl4jstability.listeners;

import io.github.dl4jstability.listeners.observation.Cadence;
import io.github.dl4jstability.listeners.report.StorageSink;

/**
 * How much to measure, in the order of cost. What each costs is measured in {@code
 * docs/benchmarks.md}.
 */
public enum Preset {
  /**
   * Everything, but at every tenth iteration only: the least cost, and a fault is seen up to nine
   * iterations late.
   */
  LIGHT(10, 1, false),
  /**
   * Mean, standard deviation, norm and non-finite values of gradients, updates, parameters and
   * activations at every iteration; absolute maxima and shares of zeros at those that are recorded
   * (the first 256, then ever fewer); unit health at every tenth. The default.
   */
  STANDARD(1, 10, false),
  /** Everything at every iteration. */
  FULL(1, 1, true);

  private final int every;
  private final int unitHealthEvery;
  private final boolean allExtremes;

  Preset(int every, int unitHealthEvery, boolean allExtremes) {
    this.every = every;
    this.unitHealthEvery = unitHealthEvery;
    this.allExtremes = allExtremes;
  }

  int every() {
    return every;
  }

  int unitHealthEvery() {
    return unitHealthEvery;
  }

  Cadence extremes() {
    return allExtremes ? new Cadence(1, Integer.MAX_VALUE) : StorageSink.CADENCE;
  }
}
