package io.github.dl4jstability.benchmarks.quality;

import java.util.Arrays;
import org.apache.commons.math3.distribution.TDistribution;

/**
 * Losses after two ways to begin, over the same number of seeds.
 *
 * <p>Compared are geometric means, because losses differ by factors. Noise is the half width of the
 * 95 % confidence interval of their ratio: Student's t with 2·(seeds − 1) degrees of freedom on the
 * logarithms.
 *
 * @param ratio of the geometric means; below 1 the first way is better
 * @param noise the factor, at least 1, by which the ratio may be off
 */
record Comparison(double ratio, double noise) {

  static Comparison of(double[] losses, double[] reference) {
    double[] first = Arrays.stream(losses).map(Math::log).toArray();
    double[] second = Arrays.stream(reference).map(Math::log).toArray();
    int count = first.length;
    double error = Math.sqrt((variance(first) + variance(second)) / count);
    double quantile =
        new TDistribution(null, 2.0 * (count - 1)).inverseCumulativeProbability(0.975);
    return new Comparison(Math.exp(mean(first) - mean(second)), Math.exp(quantile * error));
  }

  static double geometricMean(double[] losses) {
    return Math.exp(mean(Arrays.stream(losses).map(Math::log).toArray()));
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElse(Double.NaN);
  }

  private static double variance(double[] values) {
    double mean = mean(values);
    double sum = Arrays.stream(values).map(value -> (value - mean) * (value - mean)).sum();
    return sum / (values.length - 1);
  }

  String verdict() {
    if (ratio < 1 / noise) {
      return "better";
    }
    return ratio > noise ? "WORSE" : "equal";
  }
}
