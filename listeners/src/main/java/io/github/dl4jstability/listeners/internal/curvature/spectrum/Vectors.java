package io.github.dl4jstability.listeners.internal.curvature.spectrum;

import java.util.SplittableRandom;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Row vectors of doubles outside every workspace, and the few things done with them. */
public final class Vectors {
  private static final int PIECE = 1 << 16;

  private Vectors() {}

  public static INDArray zeros(long length) {
    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      return Nd4j.zeros(DataType.DOUBLE, 1, length);
    }
  }

  /** A copy in double and in one piece, whatever the type and shape of the original. */
  public static INDArray copy(INDArray vector) {
    INDArray copy = zeros(vector.length());
    copy.assign(vector.reshape(1, vector.length()));
    return copy;
  }

  public static INDArray scaled(double factor, INDArray vector) {
    INDArray result = zeros(vector.length());
    addTo(result, factor, vector);
    return result;
  }

  public static double dot(INDArray x, INDArray y) {
    return Nd4j.getBlasWrapper().level1().dot(x.length(), 1, x, y);
  }

  public static double norm(INDArray x) {
    return Math.sqrt(dot(x, x));
  }

  /** y += factor·x. */
  public static void addTo(INDArray y, double factor, INDArray x) {
    Nd4j.getBlasWrapper().level1().axpy(x.length(), factor, x, y);
  }

  /** Independent standard normal numbers from a generator of our own. */
  public static INDArray gaussian(long length, SplittableRandom random) {
    INDArray vector = zeros(length);
    for (long start = 0; start < length; start += PIECE) {
      long end = Math.min(length, start + PIECE);
      double[] piece = new double[(int) (end - start)];
      for (int i = 0; i < piece.length; i++) {
        piece[i] = random.nextGaussian();
      }
      assign(vector, start, end, piece);
    }
    return vector;
  }

  /** Independent signs: the estimate of a trace from them has the least variance. */
  static INDArray signs(long length, SplittableRandom random) {
    INDArray vector = zeros(length);
    for (long start = 0; start < length; start += PIECE) {
      long end = Math.min(length, start + PIECE);
      double[] piece = new double[(int) (end - start)];
      for (int i = 0; i < piece.length; i++) {
        piece[i] = random.nextBoolean() ? 1 : -1;
      }
      assign(vector, start, end, piece);
    }
    return vector;
  }

  private static void assign(INDArray vector, long start, long end, double[] values) {
    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      slice(vector, start, end).assign(Nd4j.createFromArray(new double[][] {values}));
    }
  }

  /** A view of the coordinates from (inclusive) to (exclusive), of shape [1, to − from]. */
  public static INDArray slice(INDArray vector, long from, long to) {
    return vector.get(NDArrayIndex.interval(0, 1), NDArrayIndex.interval(from, to));
  }

  public static void free(INDArray vector) {
    if (vector.closeable()) {
      vector.close();
    }
  }
}
