package io.github.dl4jstability.listeners.observation;

/**
 * How the directions of two successive steps agree, from −1 (opposite) through 0 (unrelated) to 1
 * (the same), on an evenly spaced sample of each parameter array.
 *
 * <p>Gradient descent on a quadratic whose largest curvature λ is above 2/η swings across the
 * valley: successive gradients are opposite. Far from any minimum, and at too low a rate, they are
 * almost the same; noise between minibatches makes them unrelated.
 *
 * @param gradients cosine between this iteration's gradient and the one measured before it; NaN at
 *     the first
 * @param updates cosine between this iteration's update and the one measured before it; NaN at the
 *     first
 */
public record Agreement(double gradients, double updates) {
  /** Stands where nothing was measured. */
  public static final Agreement ABSENT = new Agreement(Double.NaN, Double.NaN);
}
