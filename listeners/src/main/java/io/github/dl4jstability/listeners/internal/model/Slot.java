package io.github.dl4jstability.listeners.internal.model;

import java.util.List;
import java.util.stream.LongStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A parameter array of a part, and where it lies in the flat view of all parameters. It does not
 * keep the array.
 *
 * @param part index of the part
 * @param parameter its name within the part
 * @param offset index of its first element in the flat view
 * @param shape its sizes
 * @param strides by axis the distance between elements
 */
record Slot(int part, String parameter, long offset, List<Long> shape, List<Long> strides) {

  static Slot of(int part, String parameter, long offset, INDArray array) {
    return new Slot(part, parameter, offset, list(array.shape()), list(array.stride()));
  }

  private static List<Long> list(long[] values) {
    return LongStream.of(values).boxed().toList();
  }

  long length() {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }

  int rank() {
    return shape.size();
  }

  long size(int axis) {
    return shape.get(axis);
  }

  long stride(int axis) {
    return strides.get(axis);
  }
}
