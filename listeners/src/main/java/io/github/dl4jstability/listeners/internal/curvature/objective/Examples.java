package io.github.dl4jstability.listeners.internal.curvature.objective;

import static java.util.stream.Collectors.toList;

import io.github.dl4jstability.listeners.internal.curvature.copy.BatchCheck;
import io.github.dl4jstability.listeners.internal.curvature.spectrum.Vectors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The probe's own copy of the data, in double: minibatches as they were given, each with its own
 * shapes and masks, in an order of their own and with their examples in an order of their own. Data
 * often come sorted by class, and then a part of them would not stand for the whole.
 *
 * <p>They are evaluated piece by piece. Minibatches stay apart unless they are asked to be joined,
 * and then only such that fit: they may differ in shape, and batch normalization takes its
 * statistics from each.
 */
public final class Examples {
  private static final long SEED = 20_140_604;

  /** One minibatch, or a part of it. */
  record Piece(MultiDataSet data, int count) {
    static Piece of(MultiDataSet data) {
      return new Piece(data, Math.toIntExact(data.getFeatures(0).size(0)));
    }
  }

  private final List<Piece> pieces;
  private final int count;
  private final int minibatches;

  private Examples(List<Piece> pieces, int minibatches) {
    this.pieces = pieces;
    this.count = pieces.stream().mapToInt(Piece::count).sum();
    this.minibatches = minibatches;
  }

  static Examples copyOf(List<? extends org.nd4j.linalg.dataset.api.MultiDataSet> data) {
    if (data.isEmpty()) {
      throw new IllegalArgumentException("data must have examples, had none");
    }
    data.forEach(BatchCheck::require);
    SplittableRandom random = new SplittableRandom(SEED);
    List<Piece> pieces = new ArrayList<>();
    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      for (int i : order(data.size(), random)) {
        pieces.add(copy(data.get(i), random));
      }
    }
    return new Examples(pieces, pieces.size());
  }

  private static Piece copy(
      org.nd4j.linalg.dataset.api.MultiDataSet data, SplittableRandom random) {
    int[] order = order(Math.toIntExact(data.getFeatures(0).size(0)), random);
    return Piece.of(
        new MultiDataSet(
            copies(data.getFeatures(), order),
            copies(data.getLabels(), order),
            copies(data.getFeaturesMaskArrays(), order),
            copies(data.getLabelsMaskArrays(), order)));
  }

  private static int[] order(int count, SplittableRandom random) {
    int[] order = IntStream.range(0, count).toArray();
    for (int i = count - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
    return order;
  }

  private static @Nullable INDArray @Nullable [] copies(
      @Nullable INDArray @Nullable [] arrays, int[] order) {
    return arrays == null
        ? null
        : Arrays.stream(arrays)
            .map(array -> array == null ? null : copy(array, order))
            .toArray(INDArray[]::new);
  }

  /** {@link BatchCheck} has seen that there are as many rows as are ordered here. */
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

  void close() {
    for (Piece piece : pieces) {
      MultiDataSet data = piece.data();
      Stream.of(
              data.getFeatures(),
              data.getLabels(),
              data.getFeaturesMaskArrays(),
              data.getLabelsMaskArrays())
          .filter(Objects::nonNull)
          .flatMap(Arrays::stream)
          .filter(Objects::nonNull)
          .forEach(Vectors::free);
    }
  }

  /** In how many minibatches the examples were given. */
  int minibatches() {
    return minibatches;
  }

  List<Piece> pieces() {
    return pieces;
  }

  /** The size of the largest piece. */
  int largest() {
    return pieces.stream().mapToInt(Piece::count).max().orElse(0);
  }

  /** The same examples in pieces of so many at the most: larger ones are cut. */
  Examples cut(int most) {
    if (largest() <= most) {
      return this;
    }
    List<Piece> smaller = new ArrayList<>();
    for (Piece piece : pieces) {
      for (int from = 0; from < piece.count(); from += most) {
        smaller.add(slice(piece, from, Math.min(piece.count(), from + most)));
      }
    }
    return new Examples(smaller, minibatches);
  }

  /** Puts neighbours of the same shapes together, up to so many examples. */
  Examples joined(int most) {
    List<Piece> larger = new ArrayList<>();
    List<Piece> group = new ArrayList<>();
    int inGroup = 0;
    for (Piece piece : pieces) {
      if (!group.isEmpty() && (inGroup + piece.count() > most || !fit(group.get(0), piece))) {
        larger.add(join(group));
        group.clear();
        inGroup = 0;
      }
      group.add(piece);
      inGroup += piece.count();
    }
    larger.add(join(group));
    return new Examples(larger, minibatches);
  }

  /** Whether all arrays of both are there and differ in the number of examples at the most. */
  private static boolean fit(Piece one, Piece other) {
    return fit(one.data().getFeatures(), other.data().getFeatures())
        && fit(one.data().getLabels(), other.data().getLabels())
        && fit(one.data().getFeaturesMaskArrays(), other.data().getFeaturesMaskArrays())
        && fit(one.data().getLabelsMaskArrays(), other.data().getLabelsMaskArrays());
  }

  private static boolean fit(
      @Nullable INDArray @Nullable [] ones, @Nullable INDArray @Nullable [] others) {
    if (ones == null || others == null || ones.length != others.length) {
      return ones == others;
    }
    for (int i = 0; i < ones.length; i++) {
      INDArray one = ones[i];
      INDArray other = others[i];
      if (one == null || other == null) {
        if (one != other) {
          return false;
        }
      } else if (!Arrays.equals(one.shape(), 1, one.rank(), other.shape(), 1, other.rank())) {
        return false;
      }
    }
    return true;
  }

  private static Piece join(List<Piece> group) {
    if (group.size() == 1) {
      return group.get(0);
    }
    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      List<MultiDataSet> all = group.stream().map(Piece::data).toList();
      return Piece.of(
          new MultiDataSet(
              rows(all.stream().map(MultiDataSet::getFeatures).collect(toList())),
              rows(all.stream().map(MultiDataSet::getLabels).collect(toList())),
              rows(all.stream().map(MultiDataSet::getFeaturesMaskArrays).collect(toList())),
              rows(all.stream().map(MultiDataSet::getLabelsMaskArrays).collect(toList()))));
    }
  }

  private static @Nullable INDArray @Nullable [] rows(List<@Nullable INDArray @Nullable []> parts) {
    INDArray[] first = parts.get(0);
    if (first == null) {
      return null;
    }
    return IntStream.range(0, first.length)
        .mapToObj(
            i ->
                first[i] == null
                    ? null
                    : Nd4j.concat(
                        0,
                        parts.stream()
                            .filter(Objects::nonNull)
                            .map(part -> part[i])
                            .toArray(INDArray[]::new)))
        .toArray(INDArray[]::new);
  }

  Examples over(int from, int to) {
    List<Piece> own = new ArrayList<>();
    int start = 0;
    for (Piece piece : pieces) {
      int first = Math.max(from, start) - start;
      int after = Math.min(to, start + piece.count()) - start;
      if (first < after) {
        own.add(slice(piece, first, after));
      }
      start += piece.count();
    }
    return new Examples(own, own.size());
  }

  private static Piece slice(Piece piece, int from, int to) {
    if (from == 0 && to == piece.count()) {
      return piece;
    }
    MultiDataSet data = piece.data();
    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      return Piece.of(
          new MultiDataSet(
              slices(data.getFeatures(), from, to),
              slices(data.getLabels(), from, to),
              slices(data.getFeaturesMaskArrays(), from, to),
              slices(data.getLabelsMaskArrays(), from, to)));
    }
  }

  private static @Nullable INDArray @Nullable [] slices(
      @Nullable INDArray @Nullable [] arrays, int from, int to) {
    return arrays == null
        ? null
        : Arrays.stream(arrays)
            .map(array -> array == null ? null : slice(array, from, to))
            .toArray(INDArray[]::new);
  }

  private static INDArray slice(INDArray array, int from, int to) {
    INDArrayIndex[] index = new INDArrayIndex[array.rank()];
    Arrays.fill(index, NDArrayIndex.all());
    index[0] = NDArrayIndex.interval(from, to);
    // A slice of one row loses its first dimension.
    long[] shape = array.shape().clone();
    shape[0] = (long) to - from;
    return array.get(index).dup('c').reshape('c', shape);
  }
}
