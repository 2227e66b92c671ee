package io.github.dl4jstability.listeners.internal.observation;

import java.util.List;

/**
 * How the finite elements of an array are distributed.
 *
 * @param meanMagnitude mean of |x|; NaN if no element is finite
 * @param minimum smallest element, the left edge of the first bin
 * @param maximum largest element, the right edge of the last bin
 * @param counts number of elements in each of the equally wide bins
 */
public record ArrayHistogram(
    double meanMagnitude, double minimum, double maximum, List<Integer> counts) {

  /** Stands where nothing was measured. */
  public static final ArrayHistogram ABSENT =
      new ArrayHistogram(Double.NaN, Double.NaN, Double.NaN, List.of());

  /** Copies the list. */
  public ArrayHistogram {
    counts = List.copyOf(counts);
  }

  /**
   * Tells whether anything was measured.
   *
   * @return false for {@link #ABSENT}
   */
  public boolean isPresent() {
    return !counts.isEmpty();
  }

  /**
   * Returns the distribution of the elements times a positive factor.
   *
   * @param factor the factor
   * @return the scaled distribution
   */
  public ArrayHistogram times(double factor) {
    return new ArrayHistogram(meanMagnitude * factor, minimum * factor, maximum * factor, counts);
  }
}
