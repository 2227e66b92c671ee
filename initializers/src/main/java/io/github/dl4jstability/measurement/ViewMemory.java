package io.github.dl4jstability.measurement;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The memory of a view that is read again and again: it is opened once, which takes longer than
 * reading a small view. Not thread-safe.
 */
final class ViewMemory {
  private @Nullable DataBuffer data;
  private long offset;
  private long length;
  private ByteBuffer memory = ByteBuffer.allocate(0);

  /**
   * Returns the memory of a readable view, with its elements in one piece; the same object as the
   * last time if the view lies where it did.
   */
  ByteBuffer of(INDArray view) {
    if (view.data() != data || view.offset() != offset || view.length() != length) {
      memory = ArrayMeter.memoryOf(view);
      data = view.data();
      offset = view.offset();
      length = view.length();
    }
    return memory;
  }
}
