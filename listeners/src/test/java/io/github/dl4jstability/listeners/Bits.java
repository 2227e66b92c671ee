package io.github.dl4jstability.listeners;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Compares arrays without any tolerance: -0 is not 0, and NaN is NaN. */
final class Bits {
  private Bits() {}

  static long[] of(INDArray array) {
    double[] values = array.reshape(array.length()).castTo(DataType.DOUBLE).toDoubleVector();
    return Arrays.stream(values).mapToLong(Double::doubleToRawLongBits).toArray();
  }
}
