package io.github.dl4jstability.measurement;

import java.nio.ByteBuffer;
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
  private final ByteBuffer[] places = new ByteBuffer[MOST_PLACES];
  private int opened;

  /**
   * Returns the memory of a readable array, with its elements in one piece; the same object as
   * before if an array of that length lay there lately.
   */
  ByteBuffer of(INDArray array) {
    long address = ArrayMeter.addressOf(array);
    long bytes = array.length() * array.dataType().width();
    for (int i = 0; i < Math.min(opened, MOST_PLACES); i++) {
      if (addresses[i] == address && places[i].capacity() == bytes) {
        return places[i];
      }
    }
    int place = opened++ % MOST_PLACES;
    addresses[place] = address;
    places[place] = ArrayMeter.memoryOf(array);
    return places[place];
  }
}
