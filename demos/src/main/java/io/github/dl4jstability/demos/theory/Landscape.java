package io.github.dl4jstability.demos.theory;

import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;

/**
 * A function whose critical points are known.
 *
 * @param name the formula
 * @param value the function
 * @param gradient its gradient; must not change its argument
 */
public record Landscape(
    String name, ToDoubleFunction<double[]> value, UnaryOperator<double[]> gradient) {

  /**
   * The plainest saddle: curvature 2 along x, −2 along y, at (0, 0).
   *
   * @return f = x² − y²
   */
  public static Landscape saddle() {
    return new Landscape(
        "x² − y²", p -> p[0] * p[0] - p[1] * p[1], p -> new double[] {2 * p[0], -2 * p[1]});
  }

  /**
   * A saddle that is steep one way and shallow the other: curvature 10 and −2, at (0, 0).
   *
   * @return f = 5x² − y²
   */
  public static Landscape steepSaddle() {
    return new Landscape(
        "5x² − y²", p -> 5 * p[0] * p[0] - p[1] * p[1], p -> new double[] {10 * p[0], -2 * p[1]});
  }

  /**
   * A saddle with three ways down, whose curvature is 0, at (0, 0).
   *
   * @return f = x³ − 3xy²
   */
  public static Landscape monkeySaddle() {
    return new Landscape(
        "x³ − 3xy²",
        p -> p[0] * p[0] * p[0] - 3 * p[0] * p[1] * p[1],
        p -> new double[] {3 * p[0] * p[0] - 3 * p[1] * p[1], -6 * p[0] * p[1]});
  }

  /**
   * A network of linear layers with one unit each, which is to learn the product 1: a saddle at 0
   * for two layers, a plateau of ever higher order for more.
   *
   * @param depth number of layers, at least 1
   * @return f = ½(1 − w₁·w₂·…)²
   */
  public static Landscape deepLinear(int depth) {
    if (depth < 1) {
      throw new IllegalArgumentException("depth must be at least 1, was " + depth);
    }
    return new Landscape(
        "½(1 − w₁·…·w" + depth + ")²",
        p -> 0.5 * Math.pow(1 - productWithout(p, -1), 2),
        p -> {
          double[] slope = new double[depth];
          for (int i = 0; i < depth; i++) {
            slope[i] = -(1 - productWithout(p, -1)) * productWithout(p, i);
          }
          return slope;
        });
  }

  private static double productWithout(double[] factors, int left) {
    double product = 1;
    for (int i = 0; i < factors.length; i++) {
      product *= i == left ? 1 : factors[i];
    }
    return product;
  }
}
