package io.github.dl4jstability.demos.data;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * 10,000 real photographs of clothes in ten classes, 1,000 of each, 28 by 28 grey pixels: the test
 * part of Fashion-MNIST, as published.
 *
 * <pre>{@code
 * Split split = FashionMnist.load().split(8_000, 2_000, 42);
 * network.fit(split.train(64, Layout.FLAT, Scaling.STANDARDIZED), 10);
 * }</pre>
 *
 * <p>Source: Xiao, Rasul, Vollgraf 2017, arXiv:1708.07747; MIT licence, copyright Zalando SE.
 * Immutable.
 */
public final class FashionMnist {
  /** Height and width of an image in pixels. */
  public static final int SIDE = 28;

  /** Pixels of an image. */
  public static final int PIXELS = SIDE * SIDE;

  /** Names of the classes, in the order of their labels. */
  public static final List<String> CLASS_NAMES =
      List.of(
          "T-shirt/top",
          "Trouser",
          "Pullover",
          "Dress",
          "Coat",
          "Sandal",
          "Shirt",
          "Sneaker",
          "Bag",
          "Ankle boot");

  private static final String FOLDER = "/io/github/dl4jstability/demos/fashion-mnist/";
  private static final String IMAGES = "t10k-images-idx3-ubyte.gz";
  private static final String LABELS = "t10k-labels-idx1-ubyte.gz";

  private final IdxFile images;
  private final IdxFile labels;

  private FashionMnist(IdxFile images, IdxFile labels) {
    this.images = images;
    this.labels = labels;
  }

  /**
   * Reads the images that come with the demonstrations.
   *
   * @return all 10,000 images
   * @throws UncheckedIOException if the jar is damaged
   */
  public static FashionMnist load() {
    try (InputStream images = resource(IMAGES);
        InputStream labels = resource(LABELS)) {
      return read(images, labels);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream resource(String name) throws IOException {
    @Nullable InputStream stream = FashionMnist.class.getResourceAsStream(FOLDER + name);
    if (stream == null) {
      throw new FileNotFoundException(FOLDER + name + " is missing on the classpath");
    }
    return stream;
  }

  /**
   * Reads images and labels in the format of Fashion-MNIST.
   *
   * @param images the images, IDX compressed by gzip
   * @param labels the labels, IDX compressed by gzip
   * @return the images with their labels
   * @throws IOException if a file is damaged or they do not belong together
   */
  public static FashionMnist read(InputStream images, InputStream labels) throws IOException {
    IdxFile readImages = IdxFile.read(IMAGES, images, SIDE, SIDE);
    IdxFile readLabels = IdxFile.read(LABELS, labels);
    if (readImages.count() != readLabels.count()) {
      throw new IOException(
          "there must be as many labels as images, were %d labels for %d images"
              .formatted(readLabels.count(), readImages.count()));
    }
    for (int i = 0; i < readLabels.count(); i++) {
      if (readLabels.value(i) >= CLASS_NAMES.size()) {
        throw new IOException(
            "%s is damaged: labels must be 0 to 9, was %d at %d"
                .formatted(LABELS, readLabels.value(i), i));
      }
    }
    return new FashionMnist(readImages, readLabels);
  }

  /**
   * Returns the number of images.
   *
   * @return 10,000 for the images that come with the demonstrations
   */
  public int size() {
    return images.count();
  }

  /**
   * Returns the class of an image.
   *
   * @param image the image's number, from 0
   * @return 0 to 9, an index into {@link #CLASS_NAMES}
   */
  public int label(int image) {
    return labels.value(image);
  }

  /**
   * Returns a pixel.
   *
   * @param image the image's number, from 0
   * @param position the pixel's number, 0 to 783, row by row from the top
   * @return 0 (background) to 255
   */
  public int pixel(int image, int position) {
    return images.value(image * PIXELS + position);
  }

  /**
   * Draws images for training and others for testing.
   *
   * @param trainSize number of training images, at least 1
   * @param testSize number of test images, at least 1
   * @param seed the same seed draws the same images
   * @return two sets without a common image
   * @throws IllegalArgumentException if there are not enough images
   */
  public Split split(int trainSize, int testSize, long seed) {
    if (trainSize < 1 || testSize < 1 || (long) trainSize + testSize > size()) {
      throw new IllegalArgumentException(
          "trainSize and testSize must be at least 1 and %d at most together, were %d and %d"
              .formatted(size(), trainSize, testSize));
    }
    int[] order = Order.shuffled(size(), new Random(seed));
    return new Split(this, order, trainSize, testSize, seed);
  }
}
