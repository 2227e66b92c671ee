package io.github.dl4jstability.listeners.internal.rules.step;

import io.github.dl4jstability.listeners.internal.history.LossReference;
import io.github.dl4jstability.listeners.internal.history.RunHistory;
import io.github.dl4jstability.listeners.internal.history.StepSizes;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Waits, after a step that replaced the weights, whether the loss gets better. Keeps state; one
 * object for one run.
 */
final class ReplacedWeights {
  static final int PATIENCE = 10;
  private static final double LARGEST_SHARE = 0.5;
  private static final double NO_BETTER = 0.5;
  private static final double MUCH_WORSE = 3;

  private final double[] since = new double[PATIENCE];
  private int count;
  private @Nullable TooLongStep suspect;

  /** Returns the step that is waited for, if any. */
  Optional<TooLongStep> suspect() {
    return Optional.ofNullable(suspect);
  }

  /**
   * Takes one more iteration into account.
   *
   * @return the step, once the loss has turned out no better
   */
  Optional<TooLongStep> judge(RunHistory history) {
    LossReference reference = history.reference();
    double loss = history.now().score();
    if (suspect == null) {
      if (isSuspect(history.steps())) {
        suspect = TooLongStep.now(TooLongStep.Reason.REPLACED, history);
        count = 0;
      }
      return Optional.empty();
    }
    since[count++] = loss;
    boolean worse = loss > MUCH_WORSE * reference.ceiling();
    if (count < PATIENCE && !worse) {
      return Optional.empty();
    }
    Optional<TooLongStep> judged = suspect();
    suspect = null;
    return worse || median() > NO_BETTER * reference.level() ? judged : Optional.empty();
  }

  /** Waits for nothing any more: what the step did is told already. */
  void forget() {
    suspect = null;
  }

  private static boolean isSuspect(StepSizes steps) {
    return steps.promise() >= LearningRateTooHighRule.LARGEST_PROMISE
        && steps.replacedShare() >= LARGEST_SHARE
        && steps.sensitivity() <= LearningRateTooHighRule.LARGEST_SENSITIVITY;
  }

  private double median() {
    double[] sorted = Arrays.copyOf(since, count);
    Arrays.sort(sorted);
    return sorted[(count - 1) / 2];
  }
}
