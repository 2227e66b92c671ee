package io.github.dl4jstability.listeners.internal.curvature.copy;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.util.ArrayUtil;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Whether arrays can be what they are taken for, before anything native sees them: ND4J checks
 * little, and an array that is taken for another shape writes into memory that is not its own.
 *
 * <p>Features and labels have their examples along the first dimension, all the same number of
 * them. A mask belongs to one of these arrays. It has the same number of examples and either the
 * same rank, with each size equal or 1 (as per output), or rank 2, with 1 or one of the sizes of
 * the array after the examples, as [examples, time steps].
 */
public final class BatchCheck {
  private BatchCheck() {}

  /**
   * Looks for what is wrong with a minibatch.
   *
   * @param data the minibatch
   * @return name, rule and what was found; empty if nothing is wrong
   */
  public static Optional<String> problem(MultiDataSet data) {
    Optional<String> found = problem("features", data.getFeatures(), -1);
    if (found.isPresent()) {
      return found;
    }
    long examples = data.getFeatures(0).size(0);
    return problem("labels", data.getLabels(), examples)
        .or(() -> masks("features", data.getFeaturesMaskArrays(), data.getFeatures()))
        .or(() -> masks("labels", data.getLabelsMaskArrays(), data.getLabels()));
  }

  /** Throws what {@link #problem(MultiDataSet)} finds. */
  public static void require(@Nullable MultiDataSet data) {
    if (data == null) {
      throw new IllegalArgumentException("data must not be null, was null");
    }
    problem(data)
        .ifPresent(
            found -> {
              throw new IllegalArgumentException(found);
            });
  }

  /** Before a data set makes arrays of arrays that are not there. */
  public static void requireArrays(@Nullable INDArray features, @Nullable INDArray labels) {
    if (features == null || labels == null) {
      throw new IllegalArgumentException(
          "data must have " + (features == null ? "features" : "labels") + ", had none");
    }
  }

  /**
   * Looks for what is wrong with one array, whatever it is used for.
   *
   * @param name what to call it
   * @param array the array
   * @return name, rule and what was found; empty if nothing is wrong
   */
  public static Optional<String> problem(String name, @Nullable INDArray array) {
    if (array == null) {
      return Optional.of(name + " must not be null, was null");
    }
    if (array.wasClosed()) {
      return Optional.of(name + " must be open, was closed");
    }
    if (array.isEmpty() || array.rank() < 1 || array.length() < 1) {
      return Optional.of(name + " must have rows, had shape " + shape(array));
    }
    DataType type = array.dataType();
    if (!type.isNumerical() && type != DataType.BOOL) {
      return Optional.of(name + " must be numbers, had type " + type);
    }
    // The shape is an array of the array's own. Whoever changes an element of it, as Deeplearning4j
    // does in graphs that stack examples with masks, leaves one whose copy has too little room.
    if (ArrayUtil.prodLong(array.shape()) != array.length()) {
      return Optional.of(
          name
              + " must have as many values as its shape, had shape "
              + shape(array)
              + " and "
              + array.length()
              + " values");
    }
    return reaches(array)
        ? Optional.empty()
        : Optional.of(
            name + " must lie within its buffer, had shape " + shape(array) + " beyond its end");
  }

  /** Offset and strides must not lead out of the memory behind the array. */
  private static boolean reaches(INDArray array) {
    long last = array.offset();
    for (int i = 0; i < array.rank(); i++) {
      long stride = array.stride(i);
      if (stride < 0) {
        return false;
      }
      last += stride * (array.size(i) - 1);
    }
    return last < array.data().underlyingLength();
  }

  private static Optional<String> problem(
      String name, @Nullable INDArray @Nullable [] arrays, long examples) {
    if (arrays == null || arrays.length == 0) {
      return Optional.of("data must have " + name + ", had none");
    }
    for (INDArray array : arrays) {
      if (array == null) {
        return Optional.of("data must have " + name + ", had none");
      }
      Optional<String> found = problem(name, array);
      if (found.isPresent()) {
        return found;
      }
      long expected = examples < 0 && arrays[0] != null ? arrays[0].size(0) : examples;
      if (array.size(0) != expected) {
        return Optional.of(
            "features and labels must have the same number of examples, had "
                + expected
                + " and "
                + array.size(0));
      }
    }
    return Optional.empty();
  }

  private static Optional<String> masks(
      String name, @Nullable INDArray @Nullable [] masks, INDArray[] arrays) {
    if (masks == null || masks.length == 0) {
      return Optional.empty();
    }
    if (masks.length != arrays.length) {
      return Optional.of(
          "there must be as many masks of "
              + name
              + " as "
              + name
              + ", were "
              + masks.length
              + " and "
              + arrays.length);
    }
    for (int i = 0; i < masks.length; i++) {
      INDArray mask = masks[i];
      if (mask == null) {
        continue;
      }
      Optional<String> found = problem("mask of " + name, mask);
      if (found.isPresent()) {
        return found;
      }
      if (!fits(mask, arrays[i])) {
        return Optional.of(
            "mask of "
                + name
                + " must fit shape "
                + shape(arrays[i])
                + ", had shape "
                + shape(mask));
      }
    }
    return Optional.empty();
  }

  private static boolean fits(INDArray mask, INDArray array) {
    if (mask.rank() < 2 || mask.size(0) != array.size(0)) {
      return false;
    }
    boolean sameRank = mask.rank() == array.rank();
    boolean perElement = sameRank;
    boolean perStep = mask.rank() == 2 && mask.size(1) == 1;
    for (int i = 1; i < array.rank(); i++) {
      perElement &= sameRank && (mask.size(i) == 1 || mask.size(i) == array.size(i));
      perStep |= mask.rank() == 2 && mask.size(1) == array.size(i);
    }
    return perElement || perStep;
  }

  private static String shape(INDArray array) {
    return Arrays.toString(array.shape()).replace(" ", "");
  }
}
