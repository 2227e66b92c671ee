package io.github.dl4jstability.measurement;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The memory of arrays that are read again and again, or that lie again and again in the same
 * places of a workspace: a place is opened once, which takes longer than reading a small array.
 *
 * <p>It keeps no memory alive and gives out only that of the array at hand. Not thread-safe.
 */
final class ViewMemory {
  /** More than the views of a training, and the activations of a network of usual depth. */
  private static final int MOST_PLACES = 64;

  private final long[] addresses = new long[MOST_PLACES];
  private final @Nullable ByteBuffer[] places = new ByteBuffer[MOST_PLACES];
  private int next;

  /**
   * Returns the memory of a readable array, with its elements in one piece; the same object as
   * before if an array of that length lay there lately.
   */
  ByteBuffer of(INDArray array) {
    long address = ArrayMeter.addressOf(array);
    long bytes = array.length() * array.dataType().width();
    for (int i = 0; i < MOST_PLACES; i++) {
      ByteBuffer place = places[i];
      if (place == null) {
        break;
      }
      if (addresses[i] == address && place.capacity() == bytes) {
        return place;
      }
    }
    ByteBuffer memory = ArrayMeter.memoryOf(array);
    addresses[next] = address;
    places[next] = memory;
    next = (next + 1) % MOST_PLACES;
    return memory;
  }
}
