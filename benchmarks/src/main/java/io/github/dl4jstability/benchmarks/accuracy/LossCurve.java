package io.github.dl4jstability.benchmarks.accuracy;

import java.util.Arrays;

/**
 * The loss of each iteration of a run.
 *
 * @param values the loss of iteration i at index i; not copied
 */
@SuppressWarnings("ArrayRecordComponent")
record LossCurve(double[] values) {
  private static final int SLICES = 20;

  /** Mean of the first twentieth. */
  double start() {
    return mean(0, slice());
  }

  /** Mean of the last twentieth. */
  double end() {
    return mean(values.length - slice(), values.length);
  }

  /** Share of iterations whose loss is above that of the one before. */
  double risingShare() {
    int rises = 0;
    for (int i = 1; i < values.length; i++) {
      if (values[i] > values[i - 1]) {
        rises++;
      }
    }
    return values.length < 2 ? 0 : (double) rises / (values.length - 1);
  }

  /**
   * Returns whether the loss still fell by more than a tenth after an iteration: the mean of the
   * last twentieth of the run is below 0.9 of the mean of the twentieth that ends at that
   * iteration. Early in a run that is at most the last quarter of what was trained until then, so
   * that the first descent is not counted. Negative and vanishing losses count as not falling.
   */
  boolean fellAfter(int iteration) {
    int to = Math.min(iteration + 1, values.length);
    double before = mean(to - Math.max(1, Math.min(slice(), to / 4)), to);
    return before > 1e-12 && end() < 0.9 * before;
  }

  private int slice() {
    return Math.max(1, values.length / SLICES);
  }

  private double mean(int from, int to) {
    return Arrays.stream(values, Math.max(0, from), Math.min(to, values.length))
        .average()
        .orElse(Double.NaN);
  }
}
