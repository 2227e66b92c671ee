package io.github.dl4jstability.listeners.curvature;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The probe's own copy of the data, in double and in an order of its own: data often comes sorted
 * by class, and then a part of it would not stand for the whole.
 */
final class Examples {
  private static final long SEED = 20_140_604;

  private final MultiDataSet data;
  private final int count;

  private Examples(MultiDataSet data) {
    this.data = data;
    this.count = Math.toIntExact(data.getFeatures(0).size(0));
  }

  static Examples copyOf(org.nd4j.linalg.dataset.api.MultiDataSet data) {
    check(data);
    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      int[] order = order(Math.toIntExact(data.getFeatures(0).size(0)));
      return new Examples(
          new MultiDataSet(
              copies(data.getFeatures(), order),
              copies(data.getLabels(), order),
              masks(data.getFeaturesMaskArrays(), order),
              masks(data.getLabelsMaskArrays(), order)));
    }
  }

  private static void check(org.nd4j.linalg.dataset.api.MultiDataSet data) {
    if (data.getFeatures() == null || data.getFeatures().length == 0) {
      throw new IllegalArgumentException("data must have features, had none");
    }
    if (data.getLabels() == null
        || data.getLabels().length == 0
        || Arrays.stream(data.getLabels()).anyMatch(labels -> labels == null)) {
      throw new IllegalArgumentException("data must have labels, had none");
    }
    long examples = data.getFeatures(0).size(0);
    for (INDArray labels : data.getLabels()) {
      if (labels.size(0) != examples) {
        throw new IllegalArgumentException(
            "features and labels must have the same number of examples, had "
                + examples
                + " and "
                + labels.size(0));
      }
    }
  }

  private static int[] order(int count) {
    int[] order = IntStream.range(0, count).toArray();
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = count - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
    return order;
  }

  private static INDArray[] copies(INDArray[] arrays, int[] order) {
    return Arrays.stream(arrays).map(array -> copy(array, order)).toArray(INDArray[]::new);
  }

  private static @Nullable INDArray @Nullable [] masks(
      @Nullable INDArray @Nullable [] masks, int[] order) {
    if (masks == null) {
      return null;
    }
    return Arrays.stream(masks)
        .map(mask -> mask == null ? null : copy(mask, order))
        .toArray(INDArray[]::new);
  }

  private static INDArray copy(INDArray array, int[] order) {
    INDArray rows =
        array
            .castTo(DataType.DOUBLE)
            .dup('c')
            .reshape('c', order.length, array.length() / order.length);
    return Nd4j.pullRows(rows, 1, order, 'c').reshape('c', array.shape());
  }

  int count() {
    return count;
  }

  MultiDataSet data() {
    return data;
  }

  Examples over(int from, int to) {
    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      return new Examples(
          new MultiDataSet(
              slices(data.getFeatures(), from, to),
              slices(data.getLabels(), from, to),
              slices(data.getFeaturesMaskArrays(), from, to),
              slices(data.getLabelsMaskArrays(), from, to)));
    }
  }

  private static @Nullable INDArray @Nullable [] slices(
      @Nullable INDArray @Nullable [] arrays, int from, int to) {
    if (arrays == null) {
      return null;
    }
    return Arrays.stream(arrays)
        .map(array -> array == null ? null : slice(array, from, to))
        .toArray(INDArray[]::new);
  }

  private static INDArray slice(INDArray array, int from, int to) {
    INDArrayIndex[] index = new INDArrayIndex[array.rank()];
    Arrays.fill(index, NDArrayIndex.all());
    index[0] = NDArrayIndex.interval(from, to);
    return array.get(index).dup('c');
  }
}
