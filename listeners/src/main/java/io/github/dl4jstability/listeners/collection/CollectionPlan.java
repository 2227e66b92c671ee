package io.github.dl4jstability.listeners.collection;

import io.github.dl4jstability.listeners.observation.Cadence;
import java.util.Optional;

/**
 * What to measure, and how often.
 *
 * @param every measure each so many iterations, at least 1
 * @param extremes at which measured iterations to take absolute maxima and shares of zeros
 * @param unitHealthEvery take unit health at each so many measured iterations, at least 1
 * @param details at which measured iterations to take what only charts need; empty for never
 */
public record CollectionPlan(
    int every, Cadence extremes, int unitHealthEvery, Optional<Cadence> details) {
  /** Rejects frequencies below 1. */
  public CollectionPlan {
    if (every < 1) {
      throw new IllegalArgumentException("every must be at least 1 iteration, was " + every);
    }
    if (unitHealthEvery < 1) {
      throw new IllegalArgumentException(
          "unitHealthEvery must be at least 1 iteration, was " + unitHealthEvery);
    }
  }
}
