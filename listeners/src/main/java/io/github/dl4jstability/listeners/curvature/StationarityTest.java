package io.github.dl4jstability.listeners.curvature;

import java.util.SplittableRandom;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * By how much the loss can fall if one follows the gradient and nothing else: in each direction of
 * a Krylov space started from the gradient, with gradient γ and curvature θ, by γ²/2θ; or by γR −
 * ½θR² where the bottom lies further away than the radius R. Negative curvature is counted as none:
 * what lies down that slope is the business of the escape, not of the gradient.
 *
 * <p>A small gradient across a steep valley promises little, the same gradient along a flat one
 * promises much; the norm of the gradient cannot tell these apart.
 */
final class StationarityTest {
  /** Gauss quadrature with 10 nodes: the promise is dominated by few directions. */
  private static final int STEPS = 10;

  private final SymmetricOperator hessian;
  private final double radius;

  StationarityTest(SymmetricOperator hessian, double radius) {
    this.hessian = hessian;
    this.radius = radius;
  }

  double promise(INDArray gradient) {
    double norm = Vectors.norm(gradient);
    if (!(norm > 0)) {
      return norm;
    }
    int steps = (int) Math.min(STEPS, hessian.rank());
    if (!hessian.affordable(steps)) {
      return norm * radius;
    }
    try (KrylovSpace space =
        new KrylovSpace(hessian, gradient, steps, new SplittableRandom(steps))) {
      do {
        if (!space.extend()) {
          return Double.NaN;
        }
      } while (!space.isFull() && space.coupling() > 0);
      RitzValues ritz = space.ritzValues();
      double sum = 0;
      for (int i = 0; i < ritz.count(); i++) {
        sum += promise(Math.abs(norm * ritz.coordinates(i)[0]), ritz.value(i));
      }
      return sum;
    }
  }

  private double promise(double slope, double curvature) {
    double upward = Math.max(0, curvature);
    return slope <= upward * radius
        ? slope == 0 ? 0 : slope * slope / (2 * upward)
        : slope * radius - 0.5 * upward * radius * radius;
  }
}
