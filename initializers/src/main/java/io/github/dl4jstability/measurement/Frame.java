package io.github.dl4jstability.measurement;

/**
 * Where a reduction looks: it sums v = (x − shift)·scale and v², so that squares neither overflow
 * nor underflow and a large mean does not swallow a small spread.
 *
 * <p>The scale is a power of two and costs no accuracy. A frame belongs to one array and is kept
 * from one pass to the next: arrays change their magnitude slowly, so a second pass is rare.
 */
final class Frame {
  /** A squared mean above this multiple of the variance costs Σv²/n − mean² three of its digits. */
  private static final double CANCELLATION = 1e3;

  /**
   * Largest |log2| of a scaled maximum for which float squares are safe: n·2^(2·40) stays below
   * 2^127 for n up to 2^47, and elements 10^6 below the maximum still have normal squares.
   */
  private static final int SAFE_EXPONENT = 40;

  private final int largestExponent;

  private double shift;
  private double scale = 1;

  /**
   * @param largestExponent the largest power of two that the element type holds with room to spare
   */
  Frame(int largestExponent) {
    this.largestExponent = largestExponent;
  }

  double shift() {
    return shift;
  }

  double scale() {
    return scale;
  }

  /**
   * Adapts to what a pass has seen.
   *
   * @return true if the frame changed and the pass has to be repeated to be exact
   */
  boolean adapt(double absoluteMaximum, double mean, double variance) {
    return adaptScale(absoluteMaximum) || adaptShift(mean, variance);
  }

  private boolean adaptScale(double absoluteMaximum) {
    if (absoluteMaximum == 0
        || Math.abs(Math.getExponent(absoluteMaximum * scale)) <= SAFE_EXPONENT) {
      return false;
    }
    int exponent = -Math.getExponent(absoluteMaximum);
    double fitting =
        Math.scalb(1.0, Math.max(-largestExponent, Math.min(largestExponent, exponent)));
    if (fitting == scale) {
      return false;
    }
    scale = fitting;
    shift = 0;
    return true;
  }

  private boolean adaptShift(double mean, double variance) {
    double fitting = fittingShift(mean, variance);
    boolean changed = fitting != shift;
    shift = fitting;
    return changed;
  }

  /** Tells whether a mean and a variance call for another shift than the present one. */
  boolean needsShift(double mean, double variance) {
    return fittingShift(mean, variance) != shift;
  }

  private double fittingShift(double mean, double variance) {
    if (mean * mean <= CANCELLATION * variance || !Float.isFinite((float) mean)) {
      return 0;
    }
    boolean fits = Math.abs(mean - shift) <= 0.1 * Math.abs(mean);
    return fits ? shift : (float) mean;
  }

  /**
   * Tells whether a mean of scaled squares can be trusted without knowing the maximum: it is
   * finite, and large enough that squares which were lost to underflow (below 2^-149) do not count.
   */
  static boolean isSafeMeanSquare(double meanSquare) {
    return Double.isFinite(meanSquare)
        && Math.abs(Math.getExponent(meanSquare)) <= 2 * SAFE_EXPONENT;
  }
}
