package io.github.dl4jstability.initializers.network;

import java.util.Arrays;
import java.util.Comparator;

/**
 * Finds units that are copies of each other: the same weighted inputs and the same gradients.
 *
 * <p>Either alone is harmless. Units with equal weights but different ways out get different
 * gradients and part; the gradients of all dead units are equal, namely 0, so that they are left
 * out.
 */
final class Twins {

  /** Relative to the layer's own scale; rounding of equal sums in single precision stays below. */
  private static final double TOLERANCE = 1e-5;

  private Twins() {}

  /** The share of units that have at least one twin. */
  static double share(double[][] inputs, double[][] gradients, boolean[] isDead) {
    int units = inputs.length;
    double inputScale = scale(inputs);
    double gradientScale = scale(gradients);
    double[] key = new double[units];
    Integer[] order = new Integer[units];
    for (int i = 0; i < units; i++) {
      key[i] = projection(inputs[i]) / inputScale + projection(gradients[i]) / gradientScale;
      order[i] = i;
    }
    Arrays.sort(order, Comparator.comparingDouble(i -> key[i]));
    boolean[] hasTwin = new boolean[units];
    for (int i = 1; i < units; i++) {
      int one = order[i - 1];
      int other = order[i];
      if (!isDead[one]
          && !isDead[other]
          && isEqual(inputs[one], inputs[other], inputScale)
          && isEqual(gradients[one], gradients[other], gradientScale)) {
        hasTwin[one] = true;
        hasTwin[other] = true;
      }
    }
    int twins = 0;
    for (boolean one : hasTwin) {
      twins += one ? 1 : 0;
    }
    return twins / (double) units;
  }

  /** The largest absolute value; 1 where all are 0. */
  private static double scale(double[][] rows) {
    double largest = 0;
    for (double[] row : rows) {
      for (double value : row) {
        largest = Math.max(largest, Math.abs(value));
      }
    }
    return largest == 0 ? 1 : largest;
  }

  /** A sum that differs for rows that differ, save for accidents, which only hide a twin. */
  private static double projection(double[] row) {
    double sum = 0;
    for (int i = 0; i < row.length; i++) {
      sum += row[i] * Math.cos(i * 1.618 + 0.5);
    }
    return sum;
  }

  private static boolean isEqual(double[] one, double[] other, double scale) {
    for (int i = 0; i < one.length; i++) {
      if (!(Math.abs(one[i] - other[i]) <= TOLERANCE * scale)) {
        return false;
      }
    }
    return true;
  }
}
