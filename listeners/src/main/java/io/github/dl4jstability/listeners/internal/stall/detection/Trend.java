package io.github.dl4jstability.listeners.internal.stall.detection;

import java.util.Arrays;

/**
 * The trend of a short series, from the signs and slopes of all its pairs, so that no outlier and
 * no skew of the noise matters.
 *
 * <p>With n values, S is the number of pairs that fall minus the number that rise (Mann 1945,
 * doi:10.2307/1907187; Kendall). Without a trend S has mean 0 and variance V = n(n−1)(2n+5)/18. The
 * slope is the median of the slopes of all pairs, and its confidence limits are the slopes of rank
 * (pairs ± z·√V)/2 (Sen 1968, doi:10.1080/01621459.1968.10480934). If neighbours resemble each
 * other more than the trend explains, the limits are those of a series with fewer values: V is
 * multiplied by (1 + ρ)/(1 − ρ), ρ the correlation of neighbours after the trend was removed, as
 * Hamed and Rao 1998 (doi:10.1016/S0022-1694(97)00125-X) do for the leading term. S is judged by
 * the plain V: what may be a trend is to count as one.
 *
 * <p>Where z·√V asks for more pairs than there are, the limit is the extreme slope: what the series
 * would do if it went on as at its fastest.
 *
 * @param fall by how much the series falls from its first to its last value, negative if it rises
 * @param least lower confidence limit of the fall
 * @param most upper confidence limit of the fall
 * @param significance S/√V: standard deviations by which the series falls
 * @param noise standard deviation of a value around the trend, from the median absolute deviation
 */
record Trend(double fall, double least, double most, double significance, double noise) {
  /** Standard deviation over median absolute deviation, of the normal distribution. */
  private static final double DEVIATION_PER_MEDIAN = 1.4826;

  /** More correlation than this cannot be told from a drift by a few dozen values. */
  private static final double LARGEST_CORRELATION = 0.95;

  /**
   * Finds the trend.
   *
   * @param values at least two, all finite, equally spaced
   * @param z standard deviations of the confidence limits
   */
  static Trend of(double[] values, double z) {
    int n = values.length;
    double[] slopes = new double[n * (n - 1) / 2];
    int pairs = 0;
    long falling = 0;
    for (int i = 0; i < n; i++) {
      for (int j = i + 1; j < n; j++) {
        double slope = (values[i] - values[j]) / (j - i);
        falling += slope > 0 ? 1 : slope < 0 ? -1 : 0;
        slopes[pairs++] = slope;
      }
    }
    Arrays.sort(slopes);
    double slope = median(slopes);
    double[] residuals = residuals(values, slope);
    double correlation = neighbourCorrelation(residuals);
    double variance = n * (n - 1.0) * (2.0 * n + 5) / 18;
    double reach = z * Math.sqrt(variance * (1 + correlation) / (1 - correlation));
    int length = n - 1;
    return new Trend(
        slope * length,
        slopes[rank((pairs - reach) / 2, pairs)] * length,
        slopes[rank((pairs + reach) / 2, pairs)] * length,
        falling / Math.sqrt(variance),
        DEVIATION_PER_MEDIAN * medianMagnitude(residuals));
  }

  private static int rank(double position, int pairs) {
    return (int) Math.max(0, Math.min(pairs - 1, Math.round(position)));
  }

  /** What remains when the trend and the median are taken away. */
  private static double[] residuals(double[] values, double fallPerStep) {
    double[] residuals = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      residuals[i] = values[i] + fallPerStep * i;
    }
    double middle = median(sorted(residuals));
    for (int i = 0; i < values.length; i++) {
      residuals[i] -= middle;
    }
    return residuals;
  }

  private static double neighbourCorrelation(double[] residuals) {
    double products = 0;
    double squares = 0;
    for (int i = 0; i < residuals.length; i++) {
      squares += residuals[i] * residuals[i];
      products += i == 0 ? 0 : residuals[i] * residuals[i - 1];
    }
    return squares == 0 ? 0 : Math.max(0, Math.min(LARGEST_CORRELATION, products / squares));
  }

  private static double medianMagnitude(double[] values) {
    return median(sorted(Arrays.stream(values).map(Math::abs).toArray()));
  }

  private static double[] sorted(double[] values) {
    double[] copy = values.clone();
    Arrays.sort(copy);
    return copy;
  }

  static double median(double[] sorted) {
    int n = sorted.length;
    return (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
  }
}
