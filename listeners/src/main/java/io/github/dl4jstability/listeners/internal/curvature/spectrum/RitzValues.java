package io.github.dl4jstability.listeners.internal.curvature.spectrum;

import java.util.Comparator;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.EigenDecomposition;

/** Eigenvalues of an operator projected on a Krylov space, ascending. */
public final class RitzValues {
  private final double[] values;
  private final double[][] coordinates;
  private final double coupling;

  private RitzValues(double[] values, double[][] coordinates, double coupling) {
    this.values = values;
    this.coordinates = coordinates;
    this.coupling = coupling;
  }

  static RitzValues of(EigenDecomposition decomposition, double coupling) {
    double[] unsorted = decomposition.getRealEigenvalues();
    int[] order =
        IntStream.range(0, unsorted.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> unsorted[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] values = new double[order.length];
    double[][] coordinates = new double[order.length][];
    for (int i = 0; i < order.length; i++) {
      values[i] = unsorted[order[i]];
      coordinates[i] = decomposition.getEigenvector(order[i]).toArray();
    }
    return new RitzValues(values, coordinates, coupling);
  }

  public int count() {
    return values.length;
  }

  public double value(int index) {
    return values[index];
  }

  public double[] coordinates(int index) {
    return coordinates[index];
  }

  /** The length of Hy − θy for Ritz vector y, as the recurrence tells it. */
  double residual(int index) {
    double[] own = coordinates[index];
    return coupling * Math.abs(own[own.length - 1]);
  }

  double largestMagnitude() {
    return Math.max(Math.abs(values[0]), Math.abs(values[values.length - 1]));
  }
}
