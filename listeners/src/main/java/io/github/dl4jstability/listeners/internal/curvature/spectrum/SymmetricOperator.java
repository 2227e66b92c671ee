package io.github.dl4jstability.listeners.internal.curvature.spectrum;

import org.nd4j.linalg.api.ndarray.INDArray;

/** A symmetric matrix that is known only by its products with vectors. */
public interface SymmetricOperator {

  /** Number of rows. */
  long dimension();

  /** Writes matrix times {@code vector} into {@code product}, another array. */
  void multiply(INDArray vector, INDArray product);

  /** Sets the coordinates on which the matrix does not act to zero. */
  void restrict(INDArray vector);

  /** Dimension of the space that {@link #restrict} leaves. */
  long rank();

  /** Whether the budget allows that many more products. */
  boolean affordable(int products);
}
