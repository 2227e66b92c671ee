package io.github.dl4jstability.measurement;

import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * An array as its units (or channels, or columns) see it. In dense memory, whatever the order, the
 * units lie in runs of equal length that take turns: element {@code r} of run {@code b} of unit
 * {@code u} is at {@code (b·units + u)·runLength + r}.
 *
 * <p>It reads the array's own memory where it can, so it is valid as long as the array is.
 */
public final class UnitView {
  private final int units;
  private final int runs;
  private final int runLength;
  private final @Nullable FloatBuffer floats;
  private final @Nullable DoubleBuffer doubles;
  private final float[] row;

  private UnitView(
      INDArray dense, int axis, @Nullable FloatBuffer floats, @Nullable DoubleBuffer doubles) {
    units = (int) dense.size(axis);
    long length = dense.length();
    runLength = (int) (units == 1 ? length : dense.stride(axis));
    runs = (int) (length / ((long) units * runLength));
    this.floats = floats;
    this.doubles = doubles;
    this.row = new float[floats != null && runLength == 1 ? units : 0];
  }

  /**
   * Looks at an array of floating-point numbers that is not empty.
   *
   * @param array the array; not changed
   * @param axis its axis of units
   * @return the view
   */
  public static UnitView of(INDArray array, int axis) {
    boolean single = array.dataType() != DataType.DOUBLE;
    if (ArrayMeter.isReadable(array) && ArrayMeter.isDense(array)) {
      ByteBuffer memory = ArrayMeter.memoryOf(array);
      return new UnitView(
          array,
          axis,
          single ? memory.asFloatBuffer() : null,
          single ? null : memory.asDoubleBuffer());
    }
    try (var ignored = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      INDArray dense = array.dup('c');
      INDArray flat = dense.reshape(dense.length());
      return new UnitView(
          dense,
          axis,
          single ? FloatBuffer.wrap(flat.castTo(DataType.FLOAT).toFloatVector()) : null,
          single ? null : DoubleBuffer.wrap(flat.toDoubleVector()));
    }
  }

  /**
   * Returns the number of units.
   *
   * @return the size of the axis
   */
  public int units() {
    return units;
  }

  /**
   * Returns how many runs each unit has.
   *
   * @return the number of runs
   */
  public int runs() {
    return runs;
  }

  /**
   * Returns how many elements a run has.
   *
   * @return the length
   */
  public int runLength() {
    return runLength;
  }

  /**
   * Returns how many elements each unit has.
   *
   * @return runs times run length
   */
  public int valuesPerUnit() {
    return runs * runLength;
  }

  /**
   * Reads one element.
   *
   * @param unit the unit
   * @param run which of its runs
   * @param place where in the run
   * @return the element
   */
  public double get(int unit, int run, int place) {
    return element((run * units + unit) * runLength + place);
  }

  private double element(int index) {
    FloatBuffer single = floats;
    if (single != null) {
      return single.get(index);
    }
    DoubleBuffer wide = doubles;
    return wide == null ? Double.NaN : wide.get(index);
  }

  /**
   * Reads one element of every unit, those of the same example and step; of evenly spaced units
   * where there is room for fewer.
   *
   * @param number which one, from 0 to {@link #valuesPerUnit()}, run by run
   * @param into where to put them, at most as long as there are units
   */
  public void read(int number, double[] into) {
    int run = number / runLength;
    int first = run * units * runLength + number % runLength;
    FloatBuffer single = floats;
    boolean all = into.length == units;
    if (single != null && runLength == 1 && all) {
      single.get(first, row, 0, units);
      for (int unit = 0; unit < units; unit++) {
        into[unit] = row[unit];
      }
      return;
    }
    for (int i = 0; i < into.length; i++) {
      int unit = all ? i : (int) ((long) i * units / into.length);
      into[i] = element(first + unit * runLength);
    }
  }

  /**
   * Tells whether an element of a unit differs from 0, looking no further than the first that does.
   *
   * @param unit the unit
   * @return false if all its elements are 0
   */
  public boolean isActive(int unit) {
    for (int run = 0; run < runs; run++) {
      for (int place = 0; place < runLength; place++) {
        if (get(unit, run, place) != 0) {
          return true;
        }
      }
    }
    return false;
  }
}
