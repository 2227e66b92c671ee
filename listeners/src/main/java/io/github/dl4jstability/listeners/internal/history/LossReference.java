package io.github.dl4jstability.listeners.internal.history;

import io.github.dl4jstability.listeners.Evidence;
import io.github.dl4jstability.listeners.internal.observation.Observation;
import java.util.Arrays;

/**
 * What the loss of a run is to be compared with: where it started, and what a guess gets, the best
 * answer that does not look at the features.
 *
 * <p>The start is the median of the first losses, over as many iterations as it takes to see
 * {@value #EXAMPLES} examples: one minibatch of ordinary size, and enough single examples that
 * their mean has a relative error of about 1/√{@value #EXAMPLES}. Like is compared with like: a
 * score that holds penalties with a start that does, a loss without them with a start without. The
 * loss of a guess holds none. Losses that can be negative have no scale; from the first negative
 * loss on, no level is known.
 *
 * <p>Part of {@link RunHistory}.
 */
public final class LossReference {
  private static final int EXAMPLES = 32;

  private final double[] scores = new double[EXAMPLES];
  private final double[] bareLosses = new double[EXAMPLES];
  private int count;
  private int examples;
  private double start = Double.NaN;
  private double bareStart = Double.NaN;
  private double guess = Double.NaN;
  private boolean signed;

  /** Takes the next observation, and what penalties added to its score. */
  void add(Observation observation, Penalties penalties) {
    double score = observation.score();
    signed |= score < 0;
    if (examples < EXAMPLES && Double.isFinite(score)) {
      examples += observation.examples();
      scores[count] = score;
      bareLosses[count++] = score - penalties.ofSquares();
      start = median(scores);
      bareStart = median(bareLosses);
    }
    observation.inspection().ifPresent(look -> takeGuess(look.baselineLosses()));
  }

  private double median(double[] losses) {
    double[] sorted = Arrays.copyOf(losses, count);
    Arrays.sort(sorted);
    return sorted[(count - 1) / 2];
  }

  /** Takes the sum over outputs; once known, it stays so where a look does not tell. */
  private void takeGuess(Iterable<Double> losses) {
    double sum = 0;
    for (double loss : losses) {
      sum += loss;
    }
    guess = sum > 0 && Double.isFinite(sum) ? sum : guess;
  }

  /** The loss that the run started with, penalties included; NaN if none was finite. */
  public double start() {
    return start;
  }

  /** The loss of a guess; NaN if it is unknown or 0. */
  public double guess() {
    return guess;
  }

  /** The loss of a guess or, where that is unknown, the start; NaN if there is no scale. */
  public double level() {
    return signed ? Double.NaN : isGuess() ? guess : start;
  }

  /** The same, to be compared with losses that penalties were taken off. */
  double bareLevel() {
    return signed ? Double.NaN : isGuess() ? guess : bareStart;
  }

  /** The larger of the start and the loss of a guess; NaN if there is no scale. */
  public double ceiling() {
    return signed ? Double.NaN : magnitude();
  }

  /** The same for any loss, by size: up to this none is out of the ordinary. */
  public double magnitude() {
    double size = Math.abs(start);
    return guess > size ? guess : size;
  }

  /** Tells whether {@link #level()} is the loss of a guess rather than the start. */
  public boolean isGuess() {
    return !Double.isNaN(guess);
  }

  /** What {@link #level()} is, as evidence. */
  public Evidence evidence() {
    return isGuess() ? Evidence.LOSS_OF_A_GUESS : Evidence.LOSS_AT_THE_START;
  }
}
