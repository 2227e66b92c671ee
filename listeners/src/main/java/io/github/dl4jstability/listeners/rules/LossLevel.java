package io.github.dl4jstability.listeners.rules;

import io.github.dl4jstability.listeners.observation.Observation;
import java.util.ArrayList;
import java.util.List;

/**
 * How far the loss has come: its smoothed value over that of a guess, the best answer that does not
 * look at the features (1: no better than a guess; 0: perfect).
 *
 * <p>Where the guess's loss is unknown, the median of the run's first ten losses stands for it: a
 * network that has not been trained knows no more than a guess. The smoothing is an exponential
 * mean over about twenty iterations, so a single minibatch of n examples, whose mean loss has a
 * relative error of about 1/√n, is averaged to about a sixth of that. NaN as long as nothing finite
 * was seen, and for losses that are not positive.
 *
 * <p>Keeps state; shared by the rules of one run.
 */
final class LossLevel extends SharedNumbers {
  private static final int FIRST_LOSSES = 10;
  private static final double WEIGHT = 0.1;

  private final List<Double> first = new ArrayList<>();
  private double smoothed = Double.NaN;
  private double guess = Double.NaN;
  private double median = Double.NaN;

  @Override
  void add(Observation observation) {
    double loss = observation.score();
    if (Double.isFinite(loss)) {
      smoothed = Double.isNaN(smoothed) ? loss : smoothed + WEIGHT * (loss - smoothed);
      if (first.size() < FIRST_LOSSES) {
        first.add(loss);
        double[] sorted = first.stream().mapToDouble(x -> x).sorted().toArray();
        median = sorted[sorted.length / 2];
      }
    }
    observation.inspection().ifPresent(look -> takeGuess(look.baselineLosses()));
  }

  private void takeGuess(List<Double> losses) {
    double sum = LossReference.sum(losses);
    guess = Double.isNaN(sum) ? guess : sum;
  }

  /** The smoothed loss over that of a guess; NaN if unknown. */
  double relative() {
    double reference = reference();
    return reference > 0 ? smoothed / reference : Double.NaN;
  }

  /** Tells whether the loss is known to be below a share of a guess's. */
  boolean isBelow(double share) {
    return relative() < share;
  }

  /** The loss of a guess, or what stands for it. */
  double reference() {
    return Double.isNaN(guess) ? median : guess;
  }

  double smoothed() {
    return smoothed;
  }
}
