package io.github.dl4jstability.measurement;

import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Single elements of a flat view, read from its own memory where that can be read and from a copy
 * otherwise. Valid as long as the view is.
 */
public final class FlatMemory {
  private final @Nullable FloatBuffer floats;
  private final DoubleBuffer doubles;

  private FlatMemory(@Nullable FloatBuffer floats, DoubleBuffer doubles) {
    this.floats = floats;
    this.doubles = doubles;
  }

  /**
   * Opens a view.
   *
   * @param view a flat array whose elements lie in one piece of memory; not changed
   * @return its elements
   */
  public static FlatMemory of(INDArray view) {
    if (ArrayMeter.isReadable(view)) {
      ByteBuffer memory = ArrayMeter.memoryOf(view);
      return view.dataType() == DataType.FLOAT
          ? new FlatMemory(memory.asFloatBuffer(), DoubleBuffer.allocate(0))
          : new FlatMemory(null, memory.asDoubleBuffer());
    }
    try (var ignored = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      INDArray flat = view.reshape(view.length()).castTo(DataType.DOUBLE);
      return new FlatMemory(null, DoubleBuffer.wrap(flat.toDoubleVector()));
    }
  }

  /**
   * Reads an element.
   *
   * @param index its index in the view
   * @return the element
   */
  public double get(int index) {
    FloatBuffer single = floats;
    return single != null ? single.get(index) : doubles.get(index);
  }
}
