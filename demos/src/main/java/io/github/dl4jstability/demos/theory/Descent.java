package io.github.dl4jstability.demos.theory;

import java.util.SplittableRandom;
import java.util.function.Predicate;

/**
 * Gradient descent with gradients that may be noisy, as those of minibatches are.
 *
 * @param rate learning rate, above 0
 * @param noise standard deviation of each component of the gradient, at least 0
 */
public record Descent(double rate, double noise) {

  /** Checks the numbers. */
  public Descent {
    if (!(rate > 0)) {
      throw new IllegalArgumentException("rate must be above 0, was " + rate);
    }
    if (!(noise >= 0)) {
      throw new IllegalArgumentException("noise must be at least 0, was " + noise);
    }
  }

  /**
   * Counts the steps until a place is reached.
   *
   * @param landscape where to descend
   * @param start where from; is not changed
   * @param arrived whether a point is far enough
   * @param most when to give up
   * @param random the noise
   * @return number of steps; {@code most} if it is not reached before
   */
  public int steps(
      Landscape landscape,
      double[] start,
      Predicate<double[]> arrived,
      int most,
      SplittableRandom random) {
    double[] point = start.clone();
    for (int step = 0; step < most; step++) {
      if (arrived.test(point)) {
        return step;
      }
      double[] slope = landscape.gradient().apply(point);
      for (int i = 0; i < point.length; i++) {
        double disturbance = noise == 0 ? 0 : noise * random.nextGaussian();
        point[i] -= rate * (slope[i] + disturbance);
      }
    }
    return most;
  }
}
