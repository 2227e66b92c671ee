package io.github.dl4jstability.listeners.internal.rules.step;

import io.github.dl4jstability.listeners.internal.history.Onset;
import io.github.dl4jstability.listeners.internal.history.RunHistory;
import io.github.dl4jstability.listeners.internal.history.StepSizes;
import io.github.dl4jstability.listeners.internal.observation.Observation;
import java.util.Optional;

/**
 * Watches for gradients that point against the one before and grow. Keeps state; one object for one
 * run.
 */
final class GrowingSwing {
  static final int SWINGS = 5;
  private static final double OPPOSITE = -0.9;
  private static final double GROWN = 2;

  private int swings;
  private Onset onset = Onset.NONE;
  private double lastNorm = Double.NaN;
  private double factor;

  /**
   * Takes one more iteration into account.
   *
   * @return the present step, if it is one of a swing that has grown
   */
  Optional<TooLongStep> judge(RunHistory history) {
    Observation now = history.now();
    StepSizes steps = history.steps();
    double newest = steps.gradientNorm() / lastNorm;
    boolean swung = history.isNext() && now.gradientAgreement() <= OPPOSITE && newest >= 1;
    if (!swung) {
      swings = 0;
    } else if (swings++ == 0) {
      onset = history.before().map(Onset::at).orElseThrow();
    }
    factor = newest;
    lastNorm = steps.gradientNorm();
    return swings >= SWINGS && now.score() > GROWN * history.reference().ceiling()
        ? Optional.of(
            TooLongStep.now(TooLongStep.Reason.SWUNG, history).since(onset).growing(factor))
        : Optional.empty();
  }
}
