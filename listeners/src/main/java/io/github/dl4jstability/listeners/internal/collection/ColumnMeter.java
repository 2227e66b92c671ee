package io.github.dl4jstability.listeners.internal.collection;

import io.github.dl4jstability.listeners.internal.observation.Inspection.ColumnScales;
import io.github.dl4jstability.measurement.UnitView;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Mean and variance of each column over all minibatches that were looked at, by Welford's update,
 * with which a constant column has variance 0 exactly.
 *
 * <p>Of more than 4096 columns an evenly spaced choice is taken, and of a minibatch with more than
 * some 262144 values each so many.
 */
final class ColumnMeter {
  private static final int LARGEST_COLUMNS = 4096;
  private static final int LARGEST_LOOK = 1 << 18;

  private int columns;
  private double[] mean = new double[0];
  private double[] squares = new double[0];
  private double[] row = new double[0];
  private long count;
  private long examples;
  private long steps;

  /**
   * Takes a minibatch.
   *
   * @param axis the axis of columns
   * @param mask with one element for each example or, in their order, for each step of each
   *     example: 0 for what does not count; null for none
   */
  void look(INDArray array, int axis, @Nullable INDArray mask) {
    if (!array.dataType().isFPType() || array.rank() < 2 || array.isEmpty()) {
      return;
    }
    fit((int) array.size(axis));
    if (mask == null) {
      UnitView view = UnitView.of(array, axis);
      add(view, view.valuesPerUnit(), null);
    } else {
      addMasked(array, axis, mask);
    }
    examples += array.size(0);
  }

  /**
   * Takes a minibatch of class indices as if each were a row of zeros with a 1 in the column of its
   * class. What is not the index of a class is left out.
   *
   * @param indices one for each example or, in their order, for each step of each example
   * @param classes number of classes
   * @param mask as for {@link #look}
   */
  void lookAtClasses(INDArray indices, int classes, @Nullable INDArray mask) {
    if (indices.isEmpty()) {
      return;
    }
    fit(classes);
    double[] values = flat(indices);
    double[] flags = mask == null ? new double[0] : flat(mask);
    int step = step(values.length);
    for (int i = 0; i < values.length; i++) {
      boolean shown = flags.length != values.length || flags[i] != 0;
      boolean counts = shown && values[i] >= 0 && values[i] < classes;
      if (counts && steps++ % step == 0) {
        addClass((int) values[i]);
      }
    }
    examples += indices.size(0);
  }

  /** Takes one row of zeros with a 1 at an index, if that column is one of those taken. */
  private void addClass(int index) {
    Arrays.fill(row, 0);
    int taken = (int) (((long) index * row.length + columns - 1) / columns);
    if (taken < row.length && (long) taken * columns / row.length == index) {
      row[taken] = 1;
    }
    add(1.0 / ++count);
  }

  private static double[] flat(INDArray array) {
    try (var ignored = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      return array.dup('c').reshape(array.length()).castTo(DataType.DOUBLE).toDoubleVector();
    }
  }

  private void fit(int width) {
    if (width != columns) {
      columns = width;
      mean = new double[Math.min(width, LARGEST_COLUMNS)];
      squares = new double[mean.length];
      row = new double[mean.length];
      count = 0;
      examples = 0;
      steps = 0;
    }
  }

  private void addMasked(INDArray array, int axis, INDArray mask) {
    try (var ignored = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      UnitView view = UnitView.of(array.dup('c'), axis);
      double[] flags = flat(mask);
      int repeats = view.valuesPerUnit() / Math.max(1, flags.length);
      if (flags.length * repeats == view.valuesPerUnit()) {
        boolean[] shown = new boolean[view.valuesPerUnit()];
        int total = 0;
        for (int i = 0; i < shown.length; i++) {
          shown[i] = flags[i / repeats] != 0;
          total += shown[i] ? 1 : 0;
        }
        add(view, total, shown);
      }
    }
  }

  private void add(UnitView view, int shownValues, boolean @Nullable [] shown) {
    int values = view.valuesPerUnit();
    int step = step(values);
    for (int value = 0; value < values; value += step) {
      if (shown != null && !shown[value]) {
        continue;
      }
      view.read(value, row);
      add(1.0 / ++count);
    }
    steps += shownValues;
  }

  /** Returns of how many rows one is taken. */
  private int step(int rows) {
    long total = (long) rows * mean.length;
    return (int) ((total + LARGEST_LOOK - 1) / LARGEST_LOOK);
  }

  /** A loop over arrays, which the JIT compiler vectorizes. */
  private void add(double share) {
    double[] x = row;
    double[] means = mean;
    double[] sums = squares;
    for (int i = 0; i < x.length; i++) {
      double distance = x[i] - means[i];
      double moved = means[i] + distance * share;
      means[i] = moved;
      sums[i] += distance * (x[i] - moved);
    }
  }

  boolean isPresent() {
    return count > 0;
  }

  /** Returns the means of the columns taken. */
  double[] means() {
    return mean.clone();
  }

  /** Returns the population variances of the columns taken. */
  double[] variances() {
    return Arrays.stream(squares).map(sum -> sum / count).toArray();
  }

  /** Returns how many columns stand for one that was taken. */
  double columnsPerTaken() {
    return (double) columns / mean.length;
  }

  /** Returns the mean number of steps (or positions) that count in an example. */
  double stepsPerExample() {
    return (double) steps / examples;
  }

  ColumnScales result() {
    if (count == 0) {
      return ColumnScales.ABSENT;
    }
    double[] deviations = new double[mean.length];
    int varying = 0;
    double offset = Double.NaN;
    double meanSquare = 0;
    for (int i = 0; i < mean.length; i++) {
      double variance = squares[i] / count;
      double deviation = Math.sqrt(variance);
      meanSquare += (mean[i] * mean[i] + variance) / mean.length;
      if (deviation != 0) {
        deviations[varying++] = deviation;
        double relative = Math.abs(mean[i]) / deviation;
        offset = Double.isNaN(offset) ? relative : Math.max(offset, relative);
      }
    }
    double[] sorted = Arrays.copyOf(deviations, varying);
    Arrays.sort(sorted);
    return new ColumnScales(
        columns,
        count,
        varying == 0 ? Double.NaN : sorted[0],
        varying == 0 ? Double.NaN : (sorted[(varying - 1) / 2] + sorted[varying / 2]) / 2,
        varying == 0 ? 0 : sorted[varying - 1],
        offset,
        Math.sqrt(meanSquare));
  }
}
