package io.github.dl4jstability.listeners;

import io.github.dl4jstability.listeners.internal.observation.ThinningSchedule;

/**
 * How much to measure, in the order of cost. What each costs is measured in {@code
 * docs/benchmarks.md}.
 */
public enum Preset {
  /**
   * As {@link #STANDARD}, but at every tenth iteration only: the least cost, and a fault is seen up
   * to nine iterations late.
   */
  LIGHT(10, false),
  /**
   * Mean, standard deviation, norm and non-finite values of gradients, updates, parameters and
   * activations at every iteration; absolute maxima and shares of zeros of activations, unit health
   * and the closer look of {@code Inspection} at the first iterations and every twentieth; those of
   * gradients, updates and parameters likewise, but ever more rarely from iteration 1000 on. The
   * default.
   */
  STANDARD(1, false),
  /** As {@link #STANDARD}, with extremes, zeros and unit health at every iteration. */
  FULL(1, true);

  private final int every;
  private final boolean alwaysThorough;

  Preset(int every, boolean alwaysThorough) {
    this.every = every;
    this.alwaysThorough = alwaysThorough;
  }

  int every() {
    return every;
  }

  ThinningSchedule thorough() {
    return alwaysThorough ? ThinningSchedule.ALWAYS : ThinningSchedule.EVERY_TWENTIETH;
  }

  /** For records only, which become rarer too. */
  ThinningSchedule extremes() {
    return alwaysThorough ? ThinningSchedule.ALWAYS : ThinningSchedule.EVERY_TWENTIETH_THINNING;
  }
}
