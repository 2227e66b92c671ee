package io.github.dl4jstability.initializers;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Matrices with orthonormal rows or columns, uniformly distributed among all of them.
 *
 * <p>The Q of a QR decomposition of a Gaussian matrix, each column multiplied by the sign of its
 * diagonal entry of R, without which the distribution depends on the QR algorithm. Always computed
 * in double precision by LAPACK's Householder QR; Deeplearning4j's own way, a native singular value
 * decomposition, crashes.
 *
 * @see <a href="https://arxiv.org/abs/math-ph/0609050">Mezzadri 2007, How to generate random
 *     matrices from the classical compact groups</a>
 */
final class HaarMatrix {

  private HaarMatrix() {}

  /** Returns Q of shape [rows, columns] with QᵀQ = I if rows ≥ columns, else QQᵀ = I. */
  static INDArray draw(long rows, long columns) {
    if (rows < columns) {
      return draw(columns, rows).transpose();
    }
    INDArray q = Nd4j.createUninitialized(DataType.DOUBLE, new long[] {rows, columns}, 'f');
    ParameterView.fill(
        q.reshape('f', 1, rows * columns),
        new long[] {rows, columns},
        'f',
        new NormalSampler(0, 1));
    INDArray r = Nd4j.create(DataType.DOUBLE, new long[] {columns, columns}, 'f');
    Nd4j.getBlasWrapper().lapack().geqrf(q, r);
    for (long column = 0; column < columns; column++) {
      if (r.getDouble(column, column) < 0) {
        q.getColumn(column).negi();
      }
    }
    return q;
  }
}
