package io.github.dl4jstability.listeners.rules;

import io.github.dl4jstability.listeners.observation.Observation;

/**
 * A step that was longer than the loss allows.
 *
 * @param reason how that shows
 * @param iteration when it was taken, or the first of several
 * @param epoch its epoch
 * @param promise what share of the loss it promised to take away
 * @param share its length against the weights; NaN if unknown
 * @param growth factor from each gradient to the next, opposite one; NaN if they did not swing
 */
record TooLongStep(
    Reason reason, int iteration, int epoch, double promise, double share, double growth) {

  enum Reason {
    /** It replaced the weights, and the loss is none the better for it. */
    REPLACED,
    /** It was one of many that promised too much. */
    OVERSHOT,
    /** It was one of a swing that grows. */
    SWUNG,
    /** It was the last before NaN. */
    CRASHED
  }

  static TooLongStep now(Reason reason, Observation observation, StepSizes steps) {
    return new TooLongStep(
        reason,
        observation.iteration(),
        observation.epoch(),
        steps.promise(),
        steps.replacedShare(),
        Double.NaN);
  }

  TooLongStep since(int firstIteration, int itsEpoch) {
    return new TooLongStep(reason, firstIteration, itsEpoch, promise, share, growth);
  }

  TooLongStep growing(double factor) {
    return new TooLongStep(reason, iteration, epoch, promise, share, factor);
  }
}
