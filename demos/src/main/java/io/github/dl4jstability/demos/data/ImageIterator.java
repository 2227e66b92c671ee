package io.github.dl4jstability.demos.data;

import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.DataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Batches of images with one-hot labels. Converting a batch takes microseconds, so there is nothing
 * to prefetch on another thread.
 */
@SuppressWarnings("serial") // Nothing serializes it; the interface is Serializable.
final class ImageIterator implements DataSetIterator {
  private final FashionMnist images;
  private final Optional<Random> reshuffling;
  private final int[] order;
  private final int batchSize;
  private final Layout layout;
  private final float[] features;
  private @Nullable DataSetPreProcessor preProcessor;
  private int next;

  ImageIterator(
      FashionMnist images,
      int[] order,
      int batchSize,
      Layout layout,
      float[] features,
      Optional<Random> reshuffling) {
    if (batchSize < 1) {
      throw new IllegalArgumentException("batchSize must be at least 1, was " + batchSize);
    }
    this.images = images;
    this.order = order.clone();
    this.batchSize = batchSize;
    this.layout = layout;
    this.features = features;
    this.reshuffling = reshuffling;
  }

  @Override
  public boolean hasNext() {
    return next < order.length;
  }

  @Override
  public DataSet next() {
    return next(batchSize);
  }

  @Override
  public DataSet next(int wanted) {
    if (!hasNext()) {
      throw new NoSuchElementException("all " + order.length + " images were given; reset first");
    }
    int size = Math.min(wanted, order.length - next);
    DataSet batch = new DataSet(features(size), labels(size));
    next += size;
    if (preProcessor != null) {
      preProcessor.preProcess(batch);
    }
    return batch;
  }

  private INDArray features(int size) {
    float[] values = new float[size * FashionMnist.PIXELS];
    for (int i = 0; i < values.length; i++) {
      int image = order[next + i / FashionMnist.PIXELS];
      values[i] = features[images.pixel(image, i % FashionMnist.PIXELS)];
    }
    return Nd4j.create(values, layout.shape(size), 'c');
  }

  private INDArray labels(int size) {
    INDArray labels = Nd4j.zeros(DataType.FLOAT, size, FashionMnist.CLASS_NAMES.size());
    for (int row = 0; row < size; row++) {
      labels.putScalar(row, images.label(order[next + row]), 1);
    }
    return labels;
  }

  @Override
  public void reset() {
    next = 0;
    reshuffling.ifPresent(random -> Order.shuffle(order, random));
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
    return batchSize;
  }

  @Override
  public int inputColumns() {
    return FashionMnist.PIXELS;
  }

  @Override
  public int totalOutcomes() {
    return FashionMnist.CLASS_NAMES.size();
  }

  @Override
  public List<String> getLabels() {
    return FashionMnist.CLASS_NAMES;
  }

  @Override
  public void setPreProcessor(@Nullable DataSetPreProcessor newPreProcessor) {
    preProcessor = newPreProcessor;
  }

  @Override
  public @Nullable DataSetPreProcessor getPreProcessor() {
    return preProcessor;
  }
}
