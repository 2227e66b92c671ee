package io.github.dl4jstability.listeners.rules;

import io.github.dl4jstability.listeners.Evidence;
import io.github.dl4jstability.listeners.observation.Observation;
import java.util.Arrays;

/**
 * What the loss of a run is to be compared with: where it started, and what a guess gets, the best
 * answer that does not look at the features.
 *
 * <p>The start is the median of the first losses, over as many iterations as it takes to see
 * {@value #EXAMPLES} examples: one minibatch of ordinary size, and enough single examples that
 * their mean has a relative error of about 1/√{@value #EXAMPLES}. Losses that can be negative have
 * no scale; from the first negative loss on, nothing here is known.
 *
 * <p>Part of {@link RunHistory}.
 */
final class LossReference {
  private static final int EXAMPLES = 32;

  private final double[] first = new double[EXAMPLES];
  private int count;
  private int examples;
  private double start = Double.NaN;
  private double guess = Double.NaN;
  private boolean signed;

  /** Takes the next observation. */
  void add(Observation observation, Penalties penalties) {
    double loss = observation.score();
    signed |= loss < 0;
    if (examples < EXAMPLES && Double.isFinite(loss)) {
      examples += observation.examples();
      first[count++] = loss;
      double[] sorted = Arrays.copyOf(first, count);
      Arrays.sort(sorted);
      start = sorted[(count - 1) / 2];
    }
    observation.inspection().ifPresent(look -> guess = sum(look.baselineLosses()));
  }

  /** Returns the sum over outputs; NaN where it is no scale. */
  static double sum(Iterable<Double> losses) {
    double sum = 0;
    for (double loss : losses) {
      sum += loss;
    }
    return sum > 0 && Double.isFinite(sum) ? sum : Double.NaN;
  }

  /** The loss of a guess or, where that is unknown, the start; NaN if there is no scale. */
  double level() {
    return signed ? Double.NaN : Double.isNaN(guess) ? start : guess;
  }

  /** The larger of the start and the loss of a guess; NaN if there is no scale. */
  double ceiling() {
    return signed ? Double.NaN : Double.isNaN(guess) ? start : Math.max(guess, start);
  }

  /** What {@link #level()} is, as evidence. */
  Evidence evidence() {
    return isGuess() ? Evidence.LOSS_OF_A_GUESS : Evidence.LOSS_AT_THE_START;
  }

  /** Tells whether {@link #level()} is the loss of a guess rather than the start. */
  boolean isGuess() {
    return !Double.isNaN(guess);
  }
}
