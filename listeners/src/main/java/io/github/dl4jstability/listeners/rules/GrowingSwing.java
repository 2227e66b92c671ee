package io.github.dl4jstability.listeners.rules;

import io.github.dl4jstability.listeners.observation.Observation;
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
  private int firstIteration;
  private int firstEpoch;
  private int lastIteration = -2;
  private int lastEpoch;
  private double lastNorm = Double.NaN;
  private double factor;

  /**
   * Takes one more iteration into account.
   *
   * @return the present step, if it is one of a swing that has grown
   */
  Optional<TooLongStep> judge(Observation observation, StepSizes steps, LossReference reference) {
    double newest = steps.gradientNorm() / lastNorm;
    boolean next = observation.iteration() == lastIteration + 1;
    boolean swung = next && observation.gradientAgreement() <= OPPOSITE && newest >= 1;
    if (!swung) {
      swings = 0;
    } else if (swings++ == 0) {
      firstIteration = lastIteration;
      firstEpoch = lastEpoch;
    }
    factor = newest;
    lastNorm = steps.gradientNorm();
    lastIteration = observation.iteration();
    lastEpoch = observation.epoch();
    return swings >= SWINGS && observation.score() > GROWN * reference.ceiling()
        ? Optional.of(
            TooLongStep.now(TooLongStep.Reason.SWUNG, observation, steps)
                .since(firstIteration, firstEpoch)
                .growing(factor))
        : Optional.empty();
  }
}
