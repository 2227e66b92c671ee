package io.github.dl4jstability.listeners.curvature;

/**
 * A number that depends on the examples, from several parts of them.
 *
 * @param mean mean over the parts
 * @param standardError standard error of the mean, from the spread between the parts: how far the
 *     number is from the one of unlimited data; NaN with less than two parts
 * @param parts number of parts
 */
public record SampledValue(double mean, double standardError, int parts) {

  public static SampledValue of(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    double mean = sum / values.length;
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    int parts = values.length;
    double error = parts > 1 ? Math.sqrt(squares / (parts - 1) / parts) : Double.NaN;
    return new SampledValue(mean, error, parts);
  }

  /** Returns the mean in standard errors: beyond ±2 it is unlikely to be zero. */
  public double significance() {
    return mean / standardError;
  }
}
