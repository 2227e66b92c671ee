package io.github.dl4jstability.benchmarks.accuracy.scenarios;

import io.github.dl4jstability.demos.data.FashionMnist;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

/** The kinds of data that scenarios learn from. The same seed gives the same data. */
final class Data {
  /** 70 % of 1,000 points. */
  private static final int POINTS = 700;

  private Data() {}

  private static Random random(long seed, int kind) {
    return new Random(seed * 1_000_003 + kind);
  }

  /** Three Gaussian clouds in the plane, standard deviation 2, standardized. */
  static Samples blob(long seed) {
    return rawBlob(seed).standardized();
  }

  /** The same, as drawn: centres at distance 7 from a point that is not the origin. */
  static Samples rawBlob(long seed) {
    Random random = random(seed, 1);
    double turn = random.nextDouble() * 2 * Math.PI;
    double[][] features = new double[POINTS][2];
    int[] classes = new int[POINTS];
    for (int i = 0; i < POINTS; i++) {
      classes[i] = i % 3;
      double angle = turn + classes[i] * 2 * Math.PI / 3;
      features[i][0] = 1 + 7 * Math.cos(angle) + 2 * random.nextGaussian();
      features[i][1] = -1 + 7 * Math.sin(angle) + 2 * random.nextGaussian();
    }
    return Samples.of(features, Samples.oneHot(classes, 3));
  }

  /** Two rings with radius 1 and 0.5 and noise 0.1; two classes. */
  static Samples circle(long seed) {
    Random random = random(seed, 2);
    double[][] features = new double[POINTS][2];
    int[] classes = new int[POINTS];
    for (int i = 0; i < POINTS; i++) {
      classes[i] = i % 2;
      double radius = classes[i] == 0 ? 1 : 0.5;
      double angle = random.nextDouble() * 2 * Math.PI;
      features[i][0] = radius * Math.cos(angle) + 0.1 * random.nextGaussian();
      features[i][1] = radius * Math.sin(angle) + 0.1 * random.nextGaussian();
    }
    return Samples.of(features, Samples.oneHot(classes, 2)).standardized();
  }

  /** y = 5x² + noise, x from −10 to 10, as it is. */
  static Samples rawRegression(long seed) {
    Random random = random(seed, 3);
    double[][] features = new double[POINTS][1];
    double[][] labels = new double[POINTS][1];
    for (int i = 0; i < POINTS; i++) {
      double x = 20 * random.nextDouble() - 10;
      features[i][0] = x;
      labels[i][0] = 5 * x * x + 10 * random.nextGaussian();
    }
    return Samples.of(features, labels);
  }

  /** The same with features and targets standardized. */
  static Samples regression(long seed) {
    return rawRegression(seed).standardized().withStandardizedLabels();
  }

  /** A random tanh network labels random inputs: 8 features, 4 classes. */
  static Samples teacher(long seed) {
    Random random = random(seed, 4);
    int inputs = 8;
    double[][] first = gaussian(16, inputs, 1.5 / Math.sqrt(inputs), random);
    double[][] second = gaussian(4, 16, 1, random);
    double[][] features = gaussian(POINTS, inputs, 1, random);
    int[] classes =
        Arrays.stream(features)
            .mapToInt(x -> largest(times(second, tanh(times(first, x)))))
            .toArray();
    return Samples.of(features, Samples.oneHot(classes, 4));
  }

  /**
   * y = Xw + noise with independent standard normal features.
   *
   * @param noise standard deviation of the noise
   */
  static Samples linear(long seed, int inputs, double noise) {
    Random random = random(seed, 5);
    double[] w = gaussian(1, inputs, 1 / Math.sqrt(inputs), random)[0];
    double[][] features = gaussian(POINTS, inputs, 1, random);
    double[][] labels =
        Arrays.stream(features)
            .map(x -> new double[] {dot(w, x) + noise * random.nextGaussian()})
            .toArray(double[][]::new);
    return Samples.of(features, labels);
  }

  /** 2,000 photographs of clothes in 10 classes, 28 by 28 pixels, standardized, flat. */
  static Samples pictures(long seed) {
    return Pictures.draw(random(seed, 6), 1);
  }

  /** The same, four pixels made one: 14 by 14. */
  static Samples smallPictures(long seed) {
    return Pictures.draw(random(seed, 6), 2);
  }

  /** The same, 16 pixels made one: 7 by 7. */
  static Samples tinyPictures(long seed) {
    return Pictures.draw(random(seed, 6), 4);
  }

  /** Read once, when first needed. */
  private static final class Pictures {
    private static final int COUNT = 2_000;
    private static final FashionMnist IMAGES = FashionMnist.load();

    static Samples draw(Random random, int pool) {
      int side = FashionMnist.SIDE / pool;
      double[][] features = new double[COUNT][];
      int[] classes = new int[COUNT];
      int offset = random.nextInt(IMAGES.size());
      for (int i = 0; i < COUNT; i++) {
        int image = (offset + i) % IMAGES.size();
        classes[i] = IMAGES.label(image);
        features[i] =
            IntStream.range(0, side * side)
                .mapToDouble(it -> mean(image, it / side * pool, it % side * pool, pool))
                .toArray();
      }
      return Samples.of(scaled(features), Samples.oneHot(classes, 10));
    }

    private static double mean(int image, int top, int left, int pool) {
      double sum = 0;
      for (int i = 0; i < pool * pool; i++) {
        sum += IMAGES.pixel(image, (top + i / pool) * FashionMnist.SIDE + left + i % pool);
      }
      return sum / (pool * pool);
    }

    /** Mean 0 and standard deviation 1 over all pixels, not per pixel. */
    private static double[][] scaled(double[][] features) {
      double mean = Arrays.stream(features).flatMapToDouble(Arrays::stream).average().orElseThrow();
      double variance =
          Arrays.stream(features)
              .flatMapToDouble(Arrays::stream)
              .map(x -> (x - mean) * (x - mean))
              .average()
              .orElseThrow();
      double std = Math.sqrt(variance);
      return Arrays.stream(features)
          .map(row -> Arrays.stream(row).map(x -> (x - mean) / std).toArray())
          .toArray(double[][]::new);
    }
  }

  /** Features as pictures with one channel, for convolutions. */
  static Samples asImages(Samples flat) {
    long side = Math.round(Math.sqrt(flat.features()[0].length));
    return new Samples(
        flat.features(), new long[] {1, side, side}, flat.labels(), flat.labelShape());
  }

  /** Sequences to be summed, of two features. */
  static Samples sequences(long seed, int steps) {
    return sequences(seed, 2, steps);
  }

  /**
   * Sequences to be summed: at each step, features of noise; the label of each step is the sign of
   * the fading mean of the first. Learnable with a short memory.
   */
  static Samples sequences(long seed, int inputs, int steps) {
    Random random = random(seed, 7);
    int count = 200;
    double[][] features = new double[count][inputs * steps];
    double[][] labels = new double[count][2 * steps];
    for (int i = 0; i < count; i++) {
      double mean = 0;
      for (int t = 0; t < steps; t++) {
        for (int input = 0; input < inputs; input++) {
          features[i][input * steps + t] = random.nextGaussian();
        }
        mean = 0.7 * mean + features[i][t];
        labels[i][mean > 0 ? t : steps + t] = 1;
      }
    }
    return new Samples(features, new long[] {inputs, steps}, labels, new long[] {2, steps});
  }

  /** Two features of noise; the class is the sign of the mean of the first one's first 5 steps. */
  static Samples memory(long seed, int steps) {
    return memory(seed, steps, 0);
  }

  /** The same of its last 5 steps, for which a short memory will do. */
  static Samples recent(long seed, int steps) {
    return memory(seed, steps, steps - 5);
  }

  private static Samples memory(long seed, int steps, int from) {
    Random random = random(seed, 9);
    double[][] features = gaussian(200, 2 * steps, 1, random);
    int[] classes =
        Arrays.stream(features)
            .mapToInt(row -> Arrays.stream(row, from, from + 5).sum() > 0 ? 1 : 0)
            .toArray();
    return new Samples(features, new long[] {2, steps}, Samples.oneHot(classes, 2), new long[] {2});
  }

  /** Numbers below a vocabulary, whose class is a fixed random property of the number. */
  static Samples words(long seed, int vocabulary) {
    Random random = random(seed, 8);
    int[] property = random.ints(vocabulary, 0, 3).toArray();
    int[] words = random.ints(2_000, 0, vocabulary).toArray();
    double[][] features =
        Arrays.stream(words).mapToObj(word -> new double[] {word}).toArray(double[][]::new);
    return Samples.of(
        features, Samples.oneHot(Arrays.stream(words).map(word -> property[word]).toArray(), 3));
  }

  static double[][] gaussian(int rows, int columns, double std, Random random) {
    double[][] matrix = new double[rows][columns];
    for (double[] row : matrix) {
      Arrays.setAll(row, i -> std * random.nextGaussian());
    }
    return matrix;
  }

  static double dot(double[] a, double[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> a[i] * b[i]).sum();
  }

  private static double[] times(double[][] matrix, double[] x) {
    return Arrays.stream(matrix).mapToDouble(row -> dot(row, x)).toArray();
  }

  private static double[] tanh(double[] x) {
    return Arrays.stream(x).map(Math::tanh).toArray();
  }

  private static int largest(double[] x) {
    return IntStream.range(0, x.length).reduce((a, b) -> x[b] > x[a] ? b : a).orElseThrow();
  }
}
