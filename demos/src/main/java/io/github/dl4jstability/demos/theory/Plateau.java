package io.github.dl4jstability.demos.theory;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * How long a deep linear network with one unit per layer takes from small weights u to half of what
 * it has to learn: the product 1, with the loss ½(1 − uᵈ)².
 *
 * <p>By gradient flow, u̇ = (1 − uᵈ)·uᵈ⁻¹. For two layers the product a = u² follows a logistic
 * curve, ȧ = 2a(1 − a), and reaches ½ at ln(1/a₀ − 1)/2 (Saxe et al. 2014, arXiv:1312.6120): the
 * plateau grows with the logarithm of the start only, since it is a saddle point. For more layers
 * it is flat to higher order and the time grows as a power, u₀^(2−d)/(d − 2).
 */
public final class Plateau {
  private static final int MOST_STEPS = 50_000_000;

  private Plateau() {}

  /**
   * Returns the time by gradient flow, by numerical integration.
   *
   * @param depth number of layers d, at least 2
   * @param start weight u₀ of each layer, above 0 and small
   * @return time until uᵈ = ½; divided by the learning rate, the number of steps
   */
  public static double time(int depth, double start) {
    if (depth == 2) {
      return 0.5 * Math.log(1 / (start * start) - 1);
    }
    // dt = du / ((1 − u^d)·u^(d−1)); in v = ln u the integrand is smooth.
    double from = Math.log(start);
    double to = Math.log(0.5) / depth;
    int intervals = 20_000;
    double width = (to - from) / intervals;
    double sum = 0;
    for (int i = 0; i <= intervals; i++) {
      double u = Math.exp(from + i * width);
      double weight = i == 0 || i == intervals ? 1 : i % 2 == 1 ? 4 : 2;
      sum += weight * Math.pow(u, 2 - depth) / (1 - Math.pow(u, depth));
    }
    return sum * width / 3;
  }

  /**
   * Counts the steps of gradient descent.
   *
   * @param depth number of layers, at least 2
   * @param start weight of each layer
   * @param rate learning rate
   * @return steps until the product is ½
   */
  public static int steps(int depth, double start, double rate) {
    double[] weights = new double[depth];
    Arrays.fill(weights, start);
    return new Descent(rate, 0)
        .steps(
            Landscape.deepLinear(depth),
            weights,
            w -> Arrays.stream(w).reduce(1, (a, b) -> a * b) >= 0.5,
            MOST_STEPS,
            new SplittableRandom(0));
  }
}
