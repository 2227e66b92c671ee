package io.github.dl4jstability.listeners.internal.collection;

import io.github.dl4jstability.listeners.internal.observation.ThinningSchedule;
import java.util.Optional;

/**
 * What to measure, and how often. Sums (mean, standard deviation, norm) and non-finite values are
 * taken at every measured iteration.
 *
 * @param every measure each so many iterations, at least 1
 * @param thorough at which measured iterations to take inputs, unit health, and absolute maxima and
 *     shares of zeros of activations
 * @param extremes at which measured iterations to take those of gradients, updates and parameters
 * @param inspections at which measured iterations to take the closer look of an {@code Inspection};
 *     the first iterations always do
 * @param details at which measured iterations to take what only charts need; empty for never
 */
public record CollectionPlan(
    int every,
    ThinningSchedule thorough,
    ThinningSchedule extremes,
    ThinningSchedule inspections,
    Optional<ThinningSchedule> details) {
  /** Rejects frequencies below 1. */
  public CollectionPlan {
    if (every < 1) {
      throw new IllegalArgumentException("every must be at least 1 iteration, was " + every);
    }
  }
}
