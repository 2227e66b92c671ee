package io.github.dl4jstability.listeners.internal.curvature.landscape;

/**
 * What counts around a point: which changes of the loss, and which distances.
 *
 * @param change changes of the loss up to this one do not count: a hundredth of the loss, and at
 *     least 1e-7, which is what a training in float can see of a loss of 1
 * @param radius the distance that counts as near: the norm of the parameters, or 1 if it is less
 */
public record Scale(double change, double radius) {
  private static final double MATERIAL = 0.01;
  private static final double LEAST = 1e-7;

  public static Scale of(double loss, double parameterNorm) {
    return new Scale(Math.max(LEAST, MATERIAL * Math.abs(loss)), Math.max(1, parameterNorm));
  }

  /** The curvature that changes the loss just so much within the radius: ½λR². */
  public double curvature() {
    return 2 * change / (radius * radius);
  }
}
