package io.github.dl4jstability.measurement;

import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;
import org.bytedeco.javacpp.BytePointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner.ExecutionerType;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Measures arrays, each in the fastest way that its type, layout and place allow: {@code float} and
 * {@code double} arrays in CPU memory are read directly, others are reduced by ND4J's own
 * operations where they are.
 *
 * <p>An instance owns scratch memory of some 60 KB: keep it, and use it from one thread at a time.
 */
public final class ArrayMeter {
  private final Map<DataType, Reduction> reductions = new EnumMap<>(DataType.class);
  private final ViewMemory memory = new ViewMemory();

  /**
   * Measures one array of any shape, order and floating-point type.
   *
   * @param array what to measure; not changed
   * @param extremes whether to take the absolute maximum and the share of zeros, which may
   *     otherwise be left NaN and cost more than all the rest
   * @return its moments; {@link Moments#ABSENT} for an empty array
   */
  public Moments measure(INDArray array, boolean extremes) {
    if (array.isEmpty()) {
      return Moments.ABSENT;
    }
    if (isReadable(array) && isDense(array)) {
      return open(array.dataType(), memory.of(array))
          .reduce(0, (int) array.length(), newFrame(array.dataType()), extremes);
    }
    return OpReduction.reduce(array);
  }

  /** Tells whether the array's memory can be read directly, whatever its layout. */
  static boolean isReadable(INDArray array) {
    DataType type = array.dataType();
    return (type == DataType.FLOAT || type == DataType.DOUBLE)
        && array.length() * type.width() <= Integer.MAX_VALUE
        && Nd4j.getExecutioner().type() == ExecutionerType.NATIVE_CPU;
  }

  /** Opens memory that holds elements of a readable type; they are counted from its beginning. */
  Reduction open(DataType type, ByteBuffer memory) {
    Reduction reduction =
        reductions.computeIfAbsent(
            type,
            missing -> missing == DataType.FLOAT ? new FloatReduction() : new DoubleReduction());
    reduction.open(memory);
    return reduction;
  }

  static Frame newFrame(DataType type) {
    return new Frame(
        type == DataType.DOUBLE
            ? DoubleReduction.LARGEST_EXPONENT
            : FloatReduction.LARGEST_EXPONENT);
  }

  /** Returns where the first element of a readable array lies. */
  static long addressOf(INDArray array) {
    return array.data().pointer().address() + array.offset() * array.dataType().width();
  }

  /** Returns the memory of a readable array that lies in one piece. */
  static ByteBuffer memoryOf(INDArray array) {
    int width = array.dataType().width();
    BytePointer bytes = new BytePointer(array.data().pointer());
    long start = array.offset() * width;
    return bytes.position(start).limit(start + array.length() * width).asByteBuffer();
  }

  /**
   * Tells whether the elements fill one piece of memory, in whatever order.
   *
   * @param array any array
   * @return false if there are gaps, as in most views
   */
  public static boolean isDense(INDArray array) {
    if (array.elementWiseStride() == 1) {
      return true;
    }
    long expected = 1;
    boolean[] used = new boolean[array.rank()];
    for (int step = 0; step < array.rank(); step++) {
      int next = dimensionWithStride(array, expected, used);
      if (next < 0) {
        return false;
      }
      used[next] = true;
      expected *= array.size(next);
    }
    return true;
  }

  private static int dimensionWithStride(INDArray array, long stride, boolean[] used) {
    int found = -1;
    for (int d = 0; d < array.rank(); d++) {
      boolean fits = array.size(d) == 1 || array.stride(d) == stride;
      if (!used[d] && fits && (found < 0 || array.size(d) == 1)) {
        found = d;
      }
    }
    return found;
  }
}
