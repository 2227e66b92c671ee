package io.github.dl4jstability.listeners.curvature;

import io.github.dl4jstability.listeners.internal.curvature.Probe;
import io.github.dl4jstability.listeners.internal.curvature.objective.Objective;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Analytic functions whose Hessians are known. */
public record Surface(
    int variables, ToDoubleFunction<double[]> function, Function<double[], double[]> slope)
    implements Objective {

  /** f = 5x² − y². */
  public static Surface saddle() {
    return new Surface(
        2, p -> 5 * p[0] * p[0] - p[1] * p[1], p -> new double[] {10 * p[0], -2 * p[1]});
  }

  /** f = x³ − 3xy². */
  static Surface monkeySaddle() {
    return new Surface(
        2,
        p -> p[0] * p[0] * p[0] - 3 * p[0] * p[1] * p[1],
        p -> new double[] {3 * p[0] * p[0] - 3 * p[1] * p[1], -6 * p[0] * p[1]});
  }

  /** f = (1 − x)² + 100(y − x²)². */
  static Surface rosenbrock() {
    return new Surface(
        2,
        p -> {
          double bend = p[1] - p[0] * p[0];
          return (1 - p[0]) * (1 - p[0]) + 100 * bend * bend;
        },
        p -> {
          double bend = p[1] - p[0] * p[0];
          return new double[] {-2 * (1 - p[0]) - 400 * p[0] * bend, 200 * bend};
        });
  }

  /** f = ½(1 − w₁·w₂·…)², a deep linear network with one unit in each layer. */
  static Surface deepLinear(int depth) {
    return new Surface(
        depth,
        p -> 0.5 * Math.pow(1 - productWithout(p, -1), 2),
        p -> {
          double[] gradient = new double[depth];
          for (int i = 0; i < depth; i++) {
            gradient[i] = -(1 - productWithout(p, -1)) * productWithout(p, i);
          }
          return gradient;
        });
  }

  /** f = ½Σλᵢxᵢ². */
  public static Surface quadratic(double... eigenvalues) {
    return new Surface(
        eigenvalues.length,
        p -> {
          double sum = 0;
          for (int i = 0; i < p.length; i++) {
            sum += 0.5 * eigenvalues[i] * p[i] * p[i];
          }
          return sum;
        },
        p -> {
          double[] gradient = new double[p.length];
          for (int i = 0; i < p.length; i++) {
            gradient[i] = eigenvalues[i] * p[i];
          }
          return gradient;
        });
  }

  private static double productWithout(double[] factors, int left) {
    double product = 1;
    for (int i = 0; i < factors.length; i++) {
      product *= i == left ? 1 : factors[i];
    }
    return product;
  }

  public Probe at(double... point) {
    return Probe.on(this, row(point));
  }

  public static INDArray row(double... values) {
    return Nd4j.createFromArray(new double[][] {values});
  }

  @Override
  public long dimension() {
    return variables;
  }

  @Override
  public double loss(INDArray point) {
    return function.applyAsDouble(point.toDoubleVector());
  }

  @Override
  public INDArray gradient(INDArray point) {
    return row(slope.apply(point.castTo(DataType.DOUBLE).toDoubleVector()));
  }
}
