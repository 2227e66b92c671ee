package io.github.dl4jstability.listeners.curvature;

import io.github.dl4jstability.listeners.internal.curvature.spectrum.SymmetricOperator;
import java.util.Random;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A symmetric matrix written out, of which the first coordinates may be left out. */
public final class Matrix implements SymmetricOperator {
  private final double[][] rows;
  private final int leftOut;
  private int budget = Integer.MAX_VALUE;

  Matrix(double[][] rows, int leftOut) {
    this.rows = rows;
    this.leftOut = leftOut;
  }

  public static Matrix diagonal(double... values) {
    double[][] rows = new double[values.length][values.length];
    for (int i = 0; i < values.length; i++) {
      rows[i][i] = values[i];
    }
    return new Matrix(rows, 0);
  }

  /** Normal entries, a diagonal around 5, and huge values where it is left out. */
  public static Matrix random(int size, int leftOut, long seed) {
    Random random = new Random(seed);
    double[][] rows = new double[size][size];
    for (int i = 0; i < size; i++) {
      for (int j = 0; j <= i; j++) {
        rows[i][j] = random.nextGaussian() + (i == j ? 5 : 0);
        rows[j][i] = rows[i][j];
      }
    }
    for (int i = 0; i < leftOut; i++) {
      for (int j = 0; j < size; j++) {
        rows[i][j] = 1e6;
        rows[j][i] = 1e6;
      }
    }
    return new Matrix(rows, leftOut);
  }

  /** Allows so many products. */
  public Matrix limit(int products) {
    budget = products;
    return this;
  }

  public double trace() {
    double trace = 0;
    for (int i = leftOut; i < rows.length; i++) {
      trace += rows[i][i];
    }
    return trace;
  }

  @Override
  public long dimension() {
    return rows.length;
  }

  @Override
  public void multiply(INDArray vector, INDArray product) {
    budget--;
    double[] x = vector.castTo(DataType.DOUBLE).toDoubleVector();
    for (int i = 0; i < rows.length; i++) {
      double sum = 0;
      for (int j = 0; j < rows.length; j++) {
        sum += rows[i][j] * x[j];
      }
      product.putScalar(0, i, sum);
    }
  }

  @Override
  public void restrict(INDArray vector) {
    for (int i = 0; i < leftOut; i++) {
      vector.putScalar(0, i, 0);
    }
  }

  @Override
  public long rank() {
    return (long) rows.length - leftOut;
  }

  @Override
  public boolean affordable(int products) {
    return products <= budget;
  }
}
