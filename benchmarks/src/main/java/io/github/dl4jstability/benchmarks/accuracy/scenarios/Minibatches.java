package io.github.dl4jstability.benchmarks.accuracy.scenarios;

import io.github.dl4jstability.benchmarks.accuracy.Trial;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.DataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/** Minibatches in an own random order per epoch, until the trial ends. */
final class Minibatches implements DataSetIterator {
  private static final long serialVersionUID = 1L;

  /** Changes a minibatch, or the network that is about to see it. */
  interface Disturbance {
    void before(int iteration, DataSet batch);
  }

  private final transient Trial trial;
  private final transient Samples samples;
  private final transient Disturbance disturbance;
  private final transient Random random;
  private final int size;
  private final DataType type;
  private final int[] order;
  private int next;

  Minibatches(Trial trial, Samples samples, int size, DataType type, Disturbance disturbance) {
    this.trial = trial;
    this.samples = samples;
    this.size = size == 0 ? samples.size() : size;
    this.type = type;
    this.disturbance = disturbance;
    random = new Random(trial.seed());
    order = IntStream.range(0, samples.size()).toArray();
  }

  @Override
  public boolean hasNext() {
    return next < order.length && trial.goesOn();
  }

  @Override
  public DataSet next() {
    return next(size);
  }

  @Override
  public DataSet next(int wanted) {
    if (!hasNext()) {
      throw new NoSuchElementException("the epoch or the trial is over");
    }
    int to = Math.min(next + wanted, order.length);
    DataSet batch = samples.batch(Arrays.copyOfRange(order, next, to), type);
    next = to;
    disturbance.before(trial.iteration(), batch);
    return batch;
  }

  @Override
  public void reset() {
    next = 0;
    if (size < order.length) {
      for (int i = order.length - 1; i > 0; i--) {
        int j = random.nextInt(i + 1);
        int swapped = order[i];
        order[i] = order[j];
        order[j] = swapped;
      }
    }
  }

  @Override
  public boolean resetSupported() {
    return true;
  }

  @Override
  public boolean asyncSupported() {
    return false;
  }

  @Override
  public int batch() {
    return size;
  }

  @Override
  public int inputColumns() {
    return samples.features()[0].length;
  }

  @Override
  public int totalOutcomes() {
    return samples.labels()[0].length;
  }

  @Override
  public List<String> getLabels() {
    return List.of();
  }

  @Override
  public void setPreProcessor(@Nullable DataSetPreProcessor preProcessor) {
    throw new UnsupportedOperationException("prepare the samples instead");
  }

  @Override
  public @Nullable DataSetPreProcessor getPreProcessor() {
    return null;
  }
}
