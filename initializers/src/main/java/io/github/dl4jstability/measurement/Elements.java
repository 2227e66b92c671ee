package io.github.dl4jstability.measurement;

import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Copies elements out of arrays, as {@code float}, for work that needs them one by one. */
public final class Elements {
  private static final int BLOCK = 256;

  private Elements() {}

  /**
   * Copies all elements of an array that lies in one piece of memory, in the order of memory.
   *
   * @param array an array of any shape and order, see {@link ArrayMeter#isDense}
   * @return its elements
   */
  public static float[] inMemoryOrder(INDArray array) {
    return sample(array, new Segment(0, array.length()), Integer.MAX_VALUE);
  }

  /**
   * Copies elements of a segment: all of them, or evenly spaced blocks of 256.
   *
   * @param view a flat array whose elements lie in one piece of memory
   * @param segment which part of it
   * @param most how many elements to copy at the most, at least 256
   * @return the elements, in the order of memory
   */
  public static float[] sample(INDArray view, Segment segment, int most) {
    if (!ArrayMeter.isReadable(view)) {
      return sampleByOps(view, segment, most);
    }
    ByteBuffer memory = ArrayMeter.memoryOf(view);
    float[] elements = new float[(int) Math.min(segment.length(), most)];
    int blocks = (elements.length + BLOCK - 1) / BLOCK;
    for (int block = 0; block < blocks; block++) {
      int to = block * BLOCK;
      int size = Math.min(BLOCK, elements.length - to);
      long from = segment.offset() + start(block, blocks, size, segment.length());
      copy(memory, view.dataType(), (int) from, elements, to, size);
    }
    return elements;
  }

  /** The first block starts at the beginning, the last ends at the end, the others lie between. */
  private static long start(int block, int blocks, int size, long length) {
    if (blocks == 1) {
      return 0;
    }
    return block == blocks - 1 ? length - size : (long) block * (length / blocks);
  }

  private static void copy(
      ByteBuffer memory, DataType type, int from, float[] to, int offset, int size) {
    if (type == DataType.FLOAT) {
      memory.asFloatBuffer().get(from, to, offset, size);
      return;
    }
    DoubleBuffer doubles = memory.asDoubleBuffer();
    for (int i = 0; i < size; i++) {
      to[offset + i] = (float) doubles.get(from + i);
    }
  }

  private static float[] sampleByOps(INDArray view, Segment segment, int most) {
    try (var ignored = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      long end = segment.offset() + Math.min(segment.length(), most);
      return view.reshape(view.length())
          .get(NDArrayIndex.interval(segment.offset(), end))
          .dup()
          .toFloatVector();
    }
  }
}
