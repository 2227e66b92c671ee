package io.github.dl4jstability.demos.theory;

import java.util.SplittableRandom;

/**
 * How often a critical point of a random function is a minimum, a maximum or a saddle, by its
 * number of dimensions n.
 *
 * <p>If each of n curvatures had its sign by an independent coin, a share of 2·0.5ⁿ of the critical
 * points would be minima or maxima and all others saddles. But the eigenvalues of a random
 * symmetric matrix repel each other, and being all of one sign crowds them: with independent normal
 * elements (the Gaussian orthogonal ensemble, variance 1 off and 2 on the diagonal) the chance that
 * all are positive is exactly 1/2, (2 − √2)/4 and (π − 2√2)/(4π) for n = 1, 2, 3, and falls like
 * exp(−n²·ln(3)/4) (Dean and Majumdar 2006, arXiv:cond-mat/0609651): far faster than 0.5ⁿ.
 */
public final class CriticalPoints {
  private CriticalPoints() {}

  /**
   * Returns the share of minima if signs of curvatures are independent.
   *
   * @param dimensions n, at least 1
   * @return 0.5ⁿ
   */
  public static double minimaByIndependentSigns(int dimensions) {
    return Math.pow(0.5, dimensions);
  }

  /**
   * Estimates the share of minima if the Hessian is a random symmetric matrix.
   *
   * @param dimensions n, at least 1
   * @param samples number of matrices
   * @param random the numbers
   * @return the share of matrices whose eigenvalues are all positive
   */
  public static double minimaByRandomMatrices(
      int dimensions, int samples, SplittableRandom random) {
    int minima = 0;
    for (int sample = 0; sample < samples; sample++) {
      minima += isPositiveDefinite(symmetric(dimensions, random)) ? 1 : 0;
    }
    return (double) minima / samples;
  }

  /**
   * Returns how the share of minima falls for many dimensions, up to a factor that falls more
   * slowly.
   *
   * @param dimensions n
   * @return exp(−n²·ln(3)/4)
   */
  public static double decayForRandomMatrices(int dimensions) {
    return Math.exp(-0.25 * Math.log(3) * dimensions * dimensions);
  }

  private static double[][] symmetric(int size, SplittableRandom random) {
    double[][] matrix = new double[size][size];
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < i; j++) {
        matrix[i][j] = random.nextGaussian();
        matrix[j][i] = matrix[i][j];
      }
      matrix[i][i] = Math.sqrt(2) * random.nextGaussian();
    }
    return matrix;
  }

  /** A matrix is positive definite exactly if its Cholesky decomposition exists. */
  static boolean isPositiveDefinite(double[][] matrix) {
    int size = matrix.length;
    double[][] lower = new double[size][size];
    for (int i = 0; i < size; i++) {
      for (int j = 0; j <= i; j++) {
        double rest = matrix[i][j];
        for (int k = 0; k < j; k++) {
          rest -= lower[i][k] * lower[j][k];
        }
        if (i == j && rest <= 0) {
          return false;
        }
        lower[i][j] = i == j ? Math.sqrt(rest) : rest / lower[j][j];
      }
    }
    return true;
  }
}
