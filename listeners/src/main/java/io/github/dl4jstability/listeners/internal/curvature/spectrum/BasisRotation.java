package io.github.dl4jstability.listeners.internal.curvature.spectrum;

import java.util.List;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Replaces the first vectors of a basis by combinations of all of them, without a second basis. */
final class BasisRotation {
  private static final long PIECE = 1 << 16;

  private BasisRotation() {}

  /** Vector i becomes Σⱼ coordinates[i][j]·vector j. */
  static void rotate(List<INDArray> basis, double[][] coordinates) {
    long length = basis.get(0).length();
    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces();
        INDArray weights = Nd4j.createFromArray(coordinates)) {
      for (long start = 0; start < length; start += PIECE) {
        long end = Math.min(length, start + PIECE);
        rotate(basis, weights, start, end);
      }
    }
  }

  private static void rotate(List<INDArray> basis, INDArray weights, long start, long end) {
    INDArray[] pieces =
        basis.stream().map(vector -> Vectors.slice(vector, start, end)).toArray(INDArray[]::new);
    try (INDArray before = Nd4j.concat(0, pieces);
        INDArray after = weights.mmul(before)) {
      for (int i = 0; i < weights.rows(); i++) {
        pieces[i].assign(after.getRow(i, true));
      }
    }
  }
}
