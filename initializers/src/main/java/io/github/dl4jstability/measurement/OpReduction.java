package io.github.dl4jstability.measurement;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.reduce.longer.MatchCondition;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.conditions.Condition;
import org.nd4j.linalg.indexing.conditions.Conditions;

/**
 * Reduces an array to its {@link Moments} by ND4J's operations, on the device that holds it. Types
 * narrower than {@code float} are widened first: their own sums would overflow.
 */
final class OpReduction {
  private OpReduction() {}

  static Moments reduce(INDArray array) {
    try (MemoryWorkspace ignored = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      boolean wide = array.dataType() == DataType.FLOAT || array.dataType() == DataType.DOUBLE;
      return reduceWide(wide ? array : array.castTo(DataType.FLOAT));
    }
  }

  private static Moments reduceWide(INDArray array) {
    long count = array.length();
    long nan = count(array, Conditions.isNan());
    long nonFinite = nan + count(array, Conditions.isInfinite());
    double zeroShare = (double) count(array, Conditions.equals(0)) / count;
    double maximum = array.amaxNumber().doubleValue();
    double absoluteMaximum = nan > 0 ? Double.NaN : maximum;
    if (nonFinite > 0) {
      double mean = array.meanNumber().doubleValue();
      double norm = nan > 0 ? Double.NaN : Double.POSITIVE_INFINITY;
      return new Moments(count, mean, Double.NaN, norm, absoluteMaximum, zeroShare, nonFinite);
    }
    // A scale near 1 keeps the squares within the range of the type.
    double unit = maximum > 0 ? Math.scalb(1.0, Math.getExponent(maximum)) : 1;
    INDArray scaled = array.div(unit);
    return new Moments(
        count,
        scaled.meanNumber().doubleValue() * unit,
        scaled.stdNumber(false).doubleValue() * unit,
        scaled.norm2Number().doubleValue() * unit,
        absoluteMaximum,
        zeroShare,
        0);
  }

  private static long count(INDArray array, Condition condition) {
    return Nd4j.getExecutioner().exec(new MatchCondition(array, condition)).getLong(0);
  }
}
