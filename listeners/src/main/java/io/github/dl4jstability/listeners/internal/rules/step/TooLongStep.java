package io.github.dl4jstability.listeners.internal.rules.step;

import io.github.dl4jstability.listeners.internal.history.Onset;
import io.github.dl4jstability.listeners.internal.history.RunHistory;
import io.github.dl4jstability.listeners.internal.history.StepSizes;

/**
 * A step that was longer than the loss allows.
 *
 * @param reason how that shows
 * @param onset when it was taken, or the first of several
 * @param promise what share of the loss it promised to take away
 * @param share its length against the weights; NaN if unknown
 * @param growth factor from each gradient to the next, opposite one; NaN if they did not swing
 */
record TooLongStep(Reason reason, Onset onset, double promise, double share, double growth) {

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

  /** The present step. */
  static TooLongStep now(Reason reason, RunHistory history) {
    StepSizes steps = history.steps();
    return new TooLongStep(
        reason, Onset.at(history.now()), steps.promise(), steps.replacedShare(), Double.NaN);
  }

  TooLongStep since(Onset first) {
    return new TooLongStep(reason, first, promise, share, growth);
  }

  TooLongStep growing(double factor) {
    return new TooLongStep(reason, onset, promise, share, factor);
  }
}
