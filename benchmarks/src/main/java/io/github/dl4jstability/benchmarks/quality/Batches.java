package io.github.dl4jstability.benchmarks.quality;

import io.github.dl4jstability.demos.data.FashionMnist;
import io.github.dl4jstability.demos.data.Layout;
import io.github.dl4jstability.demos.data.Scaling;
import io.github.dl4jstability.demos.data.Split;
import java.util.Iterator;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/** What the tasks learn from. */
final class Batches {

  private static final int SIZE = 32;
  private static final int TRAIN = 9_000;
  private static final FashionMnist IMAGES = FashionMnist.load();

  private Batches() {}

  /** Images of clothes as rows of standardized pixels. */
  static Iterator<DataSet> flatImages(long seed) {
    return images(seed, Layout.FLAT);
  }

  /** The same with height and width. */
  static Iterator<DataSet> images(long seed) {
    return images(seed, Layout.CHANNELS_FIRST);
  }

  /** The same as sequences: 28 rows, from the top, of 28 pixels. */
  static Iterator<DataSet> rowsOfImages(long seed) {
    return map(flatImages(seed), Batches::asSequence);
  }

  private static DataSet asSequence(DataSet batch) {
    int side = FashionMnist.SIDE;
    INDArray rows = batch.getFeatures().reshape('c', batch.numExamples(), side, side);
    return new DataSet(rows.permute(0, 2, 1).dup('f'), batch.getLabels());
  }

  private static Iterator<DataSet> images(long seed, Layout layout) {
    Split split = IMAGES.split(TRAIN, IMAGES.size() - TRAIN, seed);
    DataSetIterator epochs = split.train(SIZE, layout, Scaling.STANDARDIZED);
    return endless(
        () -> {
          if (!epochs.hasNext()) {
            epochs.reset();
          }
          return epochs.next();
        });
  }

  /** Inputs from N(0, 1) and the classes that a random network with 16 tanh units gives them. */
  static Iterator<DataSet> teacher(long seed) {
    Random random = new Random(seed);
    INDArray first = gaussian(random, 8, 16).muli(1.5 / Math.sqrt(8));
    INDArray second = gaussian(random, 16, 4);
    return endless(
        () -> {
          INDArray features = gaussian(random, SIZE, 8);
          INDArray scores = Nd4j.math().tanh(features.mmul(first)).mmul(second);
          return new DataSet(features, oneHot(scores.argMax(1), 4));
        });
  }

  /**
   * The adding problem: numbers from U[0, 1], two of which are marked; their sum is to be told at
   * the end.
   */
  static Iterator<DataSet> adding(long seed, int steps) {
    Random random = new Random(seed);
    return endless(() -> adding(random, steps));
  }

  private static DataSet adding(Random random, int steps) {
    INDArray features = Nd4j.zeros(new int[] {SIZE, 2, steps}, 'f');
    INDArray sums = Nd4j.zeros(SIZE, 1);
    for (int example = 0; example < SIZE; example++) {
      int early = random.nextInt(steps / 2);
      int late = steps / 2 + random.nextInt(steps - steps / 2);
      for (int step = 0; step < steps; step++) {
        double number = random.nextDouble();
        boolean isMarked = step == early || step == late;
        features.putScalar(example, 0, step, number);
        features.putScalar(example, 1, step, isMarked ? 1 : 0);
        sums.putScalar(example, 0, sums.getDouble(example, 0) + (isMarked ? number : 0));
      }
    }
    return new DataSet(features, sums);
  }

  private static INDArray gaussian(Random random, int rows, int columns) {
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Nd4j.createFromArray(values).reshape(rows, columns);
  }

  private static INDArray oneHot(INDArray classes, int count) {
    INDArray labels = Nd4j.zeros(classes.length(), count);
    for (int i = 0; i < classes.length(); i++) {
      labels.putScalar(i, classes.getInt(i), 1);
    }
    return labels;
  }

  private static Iterator<DataSet> endless(Supplier<DataSet> next) {
    return Stream.generate(next).iterator();
  }

  private static Iterator<DataSet> map(
      Iterator<DataSet> source, java.util.function.UnaryOperator<DataSet> mapping) {
    return endless(() -> mapping.apply(source.next()));
  }
}
