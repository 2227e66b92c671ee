package io.github.dl4jstability.measurement;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What one pass over an array tells about it.
 *
 * <p>Values that are not finite are results: with a NaN or an infinity in the array, {@code mean},
 * {@code standardDeviation} and {@code l2Norm} follow IEEE arithmetic (so they are NaN or
 * infinite), {@code absoluteMaximum} is NaN if there is any NaN and infinite otherwise, and {@code
 * nonFinite} counts them.
 *
 * <p>Accuracy: relative error of norm and standard deviation, and error of the mean relative to the
 * root mean square, below 1e-5 for {@code float} and 1e-12 for {@code double} arrays, at any scale
 * that the type can hold.
 *
 * @param count number of elements; 0 means that nothing was measured
 * @param mean arithmetic mean
 * @param standardDeviation population standard deviation, √(Σ(x − mean)² / count)
 * @param l2Norm √(Σx²)
 * @param absoluteMaximum max |x|; NaN also where it was not taken
 * @param zeroShare share of elements equal to zero, from 0 to 1; NaN where it was not taken
 * @param nonFinite number of elements that are NaN or infinite
 */
public record Moments(
    long count,
    double mean,
    double standardDeviation,
    double l2Norm,
    double absoluteMaximum,
    double zeroShare,
    long nonFinite) {

  /** Stands where nothing was measured: count 0 and NaN everywhere else. */
  public static final Moments ABSENT =
      new Moments(0, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, 0);

  /** Rejects negative counts. */
  public Moments {
    if (count < 0) {
      throw new IllegalArgumentException("count must be at least 0, was " + count);
    }
    if (nonFinite < 0 || nonFinite > count) {
      throw new IllegalArgumentException(
          "nonFinite must be from 0 to count (" + count + "), was " + nonFinite);
    }
  }

  /**
   * Measures one array of any shape, order and floating-point type.
   *
   * @param array what to measure; not changed
   * @return its moments; {@link #ABSENT} for an empty array
   */
  public static Moments of(INDArray array) {
    return new ArrayMeter().measure(array, true);
  }

  /**
   * Tells whether anything was measured.
   *
   * @return false for {@link #ABSENT}
   */
  public boolean isPresent() {
    return count > 0;
  }

  /**
   * Tells whether every element is finite.
   *
   * @return true if there is no NaN and no infinity; also for {@link #ABSENT}
   */
  public boolean isFinite() {
    return nonFinite == 0;
  }

  /**
   * Returns the root mean square √(Σx² / count), a scale that does not depend on the array's size.
   *
   * @return the root mean square; NaN for {@link #ABSENT}
   */
  public double rootMeanSquare() {
    return l2Norm / Math.sqrt((double) count);
  }

  /**
   * Returns the moments of the array times a factor.
   *
   * @param factor the factor, for example 1/N for a gradient summed over N examples
   * @return the scaled moments
   */
  public Moments times(double factor) {
    if (factor == 1 || count == 0) {
      return this;
    }
    double magnitude = Math.abs(factor);
    return new Moments(
        count,
        mean * factor,
        standardDeviation * magnitude,
        l2Norm * magnitude,
        absoluteMaximum * magnitude,
        zeroShare,
        nonFinite);
  }
}
