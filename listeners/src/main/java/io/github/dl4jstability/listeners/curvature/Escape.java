package io.github.dl4jstability.listeners.curvature;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A way down from a saddle point.
 *
 * @param direction unit vector along which the loss curves down, shape [1, parameters]; adding
 *     {@code step} times it to the parameters is the escape
 * @param step the length of the step with the lowest loss found
 * @param lossReached the loss after that step, evaluated
 * @param curvature the negative eigenvalue λ along the direction
 * @param offset how far the point already is from the top of the ridge along the direction:
 *     |gᵀe|/|λ|; 0 exactly on it
 */
public record Escape(
    INDArray direction, double step, double lossReached, double curvature, double offset) {

  /**
   * Returns how many iterations plain gradient descent takes to go as far as the step: its distance
   * from the ridge grows by a factor 1 + η|λ| per iteration.
   *
   * @param rate learning rate η; must be positive
   * @return number of iterations; infinite exactly on the ridge, from where only noise leads away
   */
  public double iterationsAtRate(double rate) {
    return iterationsAtRate(rate, 0);
  }

  /**
   * Returns how many iterations gradient descent takes when its gradients are noisy. The noise
   * along the direction adds up to a distance of ησ/√((1 + η|λ|)² − 1), from which growth starts if
   * that is further away than the point itself.
   *
   * @param rate learning rate η; must be positive
   * @param noise standard deviation σ of the gradient of a batch along the direction
   * @return number of iterations
   */
  public double iterationsAtRate(double rate, double noise) {
    if (!(rate > 0)) {
      throw new IllegalArgumentException("rate must be positive, was " + rate);
    }
    if (!(noise >= 0)) {
      throw new IllegalArgumentException("noise must be at least 0, was " + noise);
    }
    double growth = 1 + rate * Math.abs(curvature);
    double diffused = rate * noise / Math.sqrt(growth * growth - 1);
    double start = Math.max(offset, diffused);
    return Math.max(0, Math.log(step / start) / Math.log(growth));
  }
}
