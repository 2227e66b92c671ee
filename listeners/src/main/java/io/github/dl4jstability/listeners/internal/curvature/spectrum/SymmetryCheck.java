package io.github.dl4jstability.listeners.internal.curvature.spectrum;

import java.util.SplittableRandom;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Whether uᵀHv = vᵀHu, as for every Hessian.
 *
 * <p>An error of relative size ρ and random direction in the products makes a difference of about
 * ρ·‖u‖‖Hv‖/√n in n dimensions; the check gives ρ.
 */
public final class SymmetryCheck {
  private final SymmetricOperator operator;
  private final double floor;

  /** Curvature below {@code floor} does not matter. */
  public SymmetryCheck(SymmetricOperator operator, double floor) {
    this.operator = operator;
    this.floor = floor;
  }

  public double asymmetry(SplittableRandom random) {
    INDArray u = direction(random);
    INDArray v = direction(random);
    INDArray productOfU = Vectors.zeros(u.length());
    INDArray productOfV = Vectors.zeros(u.length());
    operator.multiply(u, productOfU);
    operator.multiply(v, productOfV);
    double difference = Math.abs(Vectors.dot(u, productOfV) - Vectors.dot(v, productOfU));
    double curvature = Math.sqrt(Vectors.norm(productOfU) * Vectors.norm(productOfV));
    for (INDArray used : new INDArray[] {u, v, productOfU, productOfV}) {
      Vectors.free(used);
    }
    return difference * Math.sqrt((double) operator.rank()) / Math.max(curvature, floor);
  }

  private INDArray direction(SplittableRandom random) {
    INDArray direction = Vectors.gaussian(operator.dimension(), random);
    operator.restrict(direction);
    direction.divi(Vectors.norm(direction));
    return direction;
  }
}
