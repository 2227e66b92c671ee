package io.github.dl4jstability.benchmarks.accuracy.scenarios;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Examples to learn from, each flattened in 'c' order.
 *
 * @param features one row per example
 * @param featureShape shape of an example's features, without the minibatch
 * @param labels one row per example
 * @param labelShape shape of an example's labels, without the minibatch
 */
@SuppressWarnings("ArrayRecordComponent")
record Samples(double[][] features, long[] featureShape, double[][] labels, long[] labelShape) {

  /** Examples whose features and labels are vectors. */
  static Samples of(double[][] features, double[][] labels) {
    return new Samples(
        features, new long[] {features[0].length}, labels, new long[] {labels[0].length});
  }

  /** One-hot labels. */
  static double[][] oneHot(int[] classes, int count) {
    return Arrays.stream(classes)
        .mapToObj(it -> IntStream.range(0, count).mapToDouble(c -> c == it ? 1 : 0).toArray())
        .toArray(double[][]::new);
  }

  int size() {
    return features.length;
  }

  /** Shifts and scales each feature column to mean 0 and standard deviation 1. */
  Samples standardized() {
    return new Samples(standardized(features), featureShape, labels, labelShape);
  }

  /** Shifts and scales each label column to mean 0 and standard deviation 1. */
  Samples withStandardizedLabels() {
    return new Samples(features, featureShape, standardized(labels), labelShape);
  }

  /** Multiplies all features. */
  Samples timesFeatures(double factor) {
    return new Samples(times(features, factor), featureShape, labels, labelShape);
  }

  /** Multiplies all labels. */
  Samples timesLabels(double factor) {
    return new Samples(features, featureShape, times(labels, factor), labelShape);
  }

  /** Multiplies one feature column. */
  Samples timesColumn(int column, double factor) {
    double[][] changed = times(features, 1);
    for (double[] row : changed) {
      row[column] *= factor;
    }
    return new Samples(changed, featureShape, labels, labelShape);
  }

  /** The first examples. */
  Samples first(int count) {
    return new Samples(
        Arrays.copyOf(features, count), featureShape, Arrays.copyOf(labels, count), labelShape);
  }

  DataSet all(DataType type) {
    return batch(IntStream.range(0, size()).toArray(), type);
  }

  DataSet batch(int[] rows, DataType type) {
    return new DataSet(
        array(features, featureShape, rows, type), array(labels, labelShape, rows, type));
  }

  private static INDArray array(double[][] values, long[] shape, int[] rows, DataType type) {
    int length = values[0].length;
    long[] full = new long[shape.length + 1];
    full[0] = rows.length;
    System.arraycopy(shape, 0, full, 1, shape.length);
    if (type == DataType.DOUBLE) {
      double[] flat = new double[rows.length * length];
      for (int i = 0; i < rows.length; i++) {
        System.arraycopy(values[rows[i]], 0, flat, i * length, length);
      }
      return Nd4j.create(flat, full, 'c');
    }
    float[] flat = new float[rows.length * length];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = (float) values[rows[i / length]][i % length];
    }
    return Nd4j.create(flat, full, 'c');
  }

  private static double[][] times(double[][] values, double factor) {
    return Arrays.stream(values)
        .map(row -> Arrays.stream(row).map(value -> value * factor).toArray())
        .toArray(double[][]::new);
  }

  private static double[][] standardized(double[][] values) {
    double[][] result = times(values, 1);
    for (int column = 0; column < values[0].length; column++) {
      int c = column;
      double mean = Arrays.stream(values).mapToDouble(row -> row[c]).average().orElse(0);
      double variance =
          Arrays.stream(values).mapToDouble(row -> square(row[c] - mean)).average().orElse(0);
      double std = variance > 0 ? Math.sqrt(variance) : 1;
      for (double[] row : result) {
        row[c] = (row[c] - mean) / std;
      }
    }
    return result;
  }

  private static double square(double x) {
    return x * x;
  }
}
