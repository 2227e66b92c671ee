package io.github.dl4jstability.listeners.internal.curvature.spectrum;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * An orthonormal basis that grows by one product with the operator at a time, and the operator
 * projected on it (Lanczos 1950, doi:10.6028/jres.045.026).
 *
 * <p>Each new vector is orthogonalized twice against all others, so that no eigenvalue appears as a
 * ghost. The basis is in double: in float the Ritz vectors would be right to 1e-7 of the largest
 * eigenvalue only, which is more than the smallest ones that matter.
 *
 * <p>When the space is invariant it goes on with a random vector, which finds the other vectors of
 * multiple eigenvalues.
 */
public final class KrylovSpace implements AutoCloseable {
  /** What is left of a product that lies in the space is rounding. */
  private static final double INVARIANT = 1e-13;

  private final SymmetricOperator operator;
  private final SplittableRandom random;
  private final int capacity;
  private final List<INDArray> basis = new ArrayList<>();
  private final double[][] projected;

  /** The next vector, not yet part of the basis, and its length before it was normalized. */
  private INDArray next;

  private double coupling;
  private double scale;
  private boolean full;

  /** {@code start} is not changed; it must lie in the operator's space and not be zero. */
  public KrylovSpace(
      SymmetricOperator operator, INDArray start, int capacity, SplittableRandom random) {
    this.operator = operator;
    this.random = random;
    this.capacity = (int) Math.min(capacity, operator.rank());
    this.projected = new double[this.capacity][this.capacity];
    this.next = Vectors.copy(start);
    next.divi(Vectors.norm(next));
  }

  public int size() {
    return basis.size();
  }

  /** Whether the basis has reached its capacity. */
  public boolean isFull() {
    return basis.size() == capacity;
  }

  /** Whether the basis spans everything that the operator acts on. */
  boolean isComplete() {
    return full;
  }

  /** How far the operator leads out of the space, seen from the last vector. */
  public double coupling() {
    return coupling;
  }

  /** Adds a vector to the basis. Returns false when the operator gave something not finite. */
  public boolean extend() {
    basis.add(next);
    int last = basis.size() - 1;
    INDArray product = Vectors.zeros(next.length());
    operator.multiply(next, product);
    operator.restrict(product);
    double length = Vectors.norm(product);
    if (!Double.isFinite(length)) {
      return false;
    }
    scale = Math.max(scale, length);
    for (int pass = 0; pass < 2; pass++) {
      for (int i = 0; i <= last; i++) {
        double along = Vectors.dot(basis.get(i), product);
        projected[i][last] += along;
        Vectors.addTo(product, -along, basis.get(i));
      }
    }
    coupling = Vectors.norm(product);
    next = product;
    if (basis.size() == operator.rank()) {
      full = true;
      coupling = 0;
    } else if (coupling <= INVARIANT * scale) {
      coupling = 0;
      startAfresh();
    } else {
      next.divi(coupling);
    }
    return true;
  }

  private void startAfresh() {
    Vectors.free(next);
    next = Vectors.gaussian(operator.dimension(), random);
    operator.restrict(next);
    removeFrom(next);
    next.divi(Vectors.norm(next));
    removeFrom(next);
    next.divi(Vectors.norm(next));
  }

  /** Makes a vector orthogonal to the basis. */
  void removeFrom(INDArray other) {
    for (int pass = 0; pass < 2; pass++) {
      for (INDArray vector : basis) {
        Vectors.addTo(other, -Vectors.dot(vector, other), vector);
      }
    }
  }

  /** The trace of the projected operator. */
  double trace() {
    double sum = 0;
    for (int i = 0; i < basis.size(); i++) {
      sum += projected[i][i];
    }
    return sum;
  }

  /** The eigenvalues of the projected operator, ascending, with their coordinates in the basis. */
  public RitzValues ritzValues() {
    int size = basis.size();
    double[][] symmetric = new double[size][size];
    for (int i = 0; i < size; i++) {
      for (int j = i; j < size; j++) {
        symmetric[i][j] = projected[i][j];
        symmetric[j][i] = projected[i][j];
      }
    }
    return RitzValues.of(
        new EigenDecomposition(new Array2DRowRealMatrix(symmetric, false)), coupling);
  }

  /** The vector with these coordinates in the basis. */
  public INDArray vector(double[] coordinates) {
    INDArray vector = Vectors.zeros(operator.dimension());
    for (int i = 0; i < coordinates.length; i++) {
      Vectors.addTo(vector, coordinates[i], basis.get(i));
    }
    return vector;
  }

  /**
   * Keeps only some of the Ritz vectors, and the way out of the space, and can grow again: a thick
   * restart (Wu and Simon 2000, doi:10.1137/S0895479898334605).
   */
  void keep(RitzValues ritz, int[] kept) {
    double[][] coordinates = new double[kept.length][];
    for (int i = 0; i < kept.length; i++) {
      coordinates[i] = ritz.coordinates(kept[i]);
    }
    BasisRotation.rotate(basis, coordinates);
    for (int i = kept.length; i < basis.size(); i++) {
      Vectors.free(basis.get(i));
    }
    basis.subList(kept.length, basis.size()).clear();
    for (double[] row : projected) {
      Arrays.fill(row, 0);
    }
    for (int i = 0; i < kept.length; i++) {
      projected[i][i] = ritz.value(kept[i]);
    }
  }

  @Override
  public void close() {
    basis.forEach(Vectors::free);
    Vectors.free(next);
    basis.clear();
  }
}
