package io.github.dl4jstability.demos.data;

import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/** Images for training and others for testing. Immutable; each iterator serves one thread. */
public final class Split {
  private static final int LARGEST_PIXEL = 255;

  private final FashionMnist images;
  private final int[] train;
  private final int[] test;
  private final long seed;

  Split(FashionMnist images, int[] order, int trainSize, int testSize, long seed) {
    this.images = images;
    this.train = Arrays.copyOf(order, trainSize);
    this.test = Arrays.copyOfRange(order, trainSize, trainSize + testSize);
    this.seed = seed;
  }

  /**
   * Returns the training images in batches. Each epoch has its own order, the same ones in each run
   * with the same seed.
   *
   * @param batchSize images per batch, at least 1; the last batch of an epoch may be smaller
   * @param layout how the pixels of a batch lie
   * @param scaling how pixel values become features
   * @return a new iterator
   * @throws IllegalArgumentException if the batch size is below 1
   */
  public DataSetIterator train(int batchSize, Layout layout, Scaling scaling) {
    return new ImageIterator(
        images, train, batchSize, layout, features(scaling), Optional.of(new Random(seed)));
  }

  /**
   * Returns the test images in batches, always in the same order.
   *
   * @param batchSize images per batch, at least 1; the last batch may be smaller
   * @param layout how the pixels of a batch lie
   * @param scaling how pixel values become features; by the numbers of the training images
   * @return a new iterator
   * @throws IllegalArgumentException if the batch size is below 1
   */
  public DataSetIterator test(int batchSize, Layout layout, Scaling scaling) {
    return new ImageIterator(images, test, batchSize, layout, features(scaling), Optional.empty());
  }

  /**
   * Returns the number of training images.
   *
   * @return at least 1
   */
  public int trainSize() {
    return train.length;
  }

  /**
   * Returns the number of test images.
   *
   * @return at least 1
   */
  public int testSize() {
    return test.length;
  }

  /** Returns the feature for each pixel value. */
  private float[] features(Scaling scaling) {
    return switch (scaling) {
      case UNIT -> features(0, LARGEST_PIXEL);
      case STANDARDIZED -> standardized();
    };
  }

  private float[] standardized() {
    long sum = 0;
    long sumOfSquares = 0;
    for (int image : train) {
      for (int position = 0; position < FashionMnist.PIXELS; position++) {
        int pixel = images.pixel(image, position);
        sum += pixel;
        sumOfSquares += (long) pixel * pixel;
      }
    }
    double count = (double) train.length * FashionMnist.PIXELS;
    double mean = sum / count;
    return features(mean, Math.sqrt(sumOfSquares / count - mean * mean));
  }

  private static float[] features(double offset, double scale) {
    float[] features = new float[LARGEST_PIXEL + 1];
    for (int pixel = 0; pixel <= LARGEST_PIXEL; pixel++) {
      features[pixel] = (float) ((pixel - offset) / scale);
    }
    return features;
  }
}
