package io.github.dl4jstability.benchmarks.accuracy.scenarios;

import io.github.dl4jstability.benchmarks.accuracy.Expected;
import io.github.dl4jstability.benchmarks.accuracy.Scenario;
import io.github.dl4jstability.initializers.RandomNormal;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * Linear regression by full-batch gradient descent. The features are made so that the Hessian
 * (2/N)·XᵀX of the mean squared error is exactly diagonal with the eigenvalues asked for.
 */
final class Quadratics {
  private static final int EXAMPLES = 200;

  private Quadratics() {}

  /**
   * Descends at a multiple of 1/λmax.
   *
   * @param factor η·λmax; below 2 it converges, above it diverges
   * @param inputs number of weights; eigenvalues from {@code largest} down to a tenth
   * @param largest λmax
   */
  static Scenario at(
      String family, double factor, int inputs, double largest, Expected expected, int iterations) {
    double[] spectrum =
        IntStream.range(0, inputs)
            .mapToDouble(i -> largest * Math.pow(0.1, (double) i / Math.max(1, inputs - 1)))
            .toArray();
    return descent(
        family, inputs + "-inputs-" + largest, spectrum, factor / largest, expected, iterations);
  }

  /** Descends on eigenvalues i^−power, the loss of which falls as a power of the iteration. */
  static Scenario powerLaw(String family, double power, Expected expected, int iterations) {
    double[] spectrum =
        IntStream.rangeClosed(1, 60).mapToDouble(i -> Math.pow(i, -power)).toArray();
    return descent(family, "power-" + power, spectrum, 1, expected, iterations);
  }

  private static Scenario descent(
      String family,
      String detail,
      double[] spectrum,
      double rate,
      Expected expected,
      int iterations) {
    Variant variant = Variant.of(Activation.IDENTITY, Optimizer.SGD, DataType.DOUBLE, 0);
    return Recipe.regression(variant, seed -> samples(seed, spectrum))
        .updater(new Sgd(rate))
        .output(layer -> layer.hasBias(false).weightInit(new RandomNormal(0, 1)))
        .scenario(family, detail, expected, iterations);
  }

  private static Samples samples(long seed, double[] spectrum) {
    Random random = new Random(seed);
    double[][] columns = Data.gaussian(spectrum.length, EXAMPLES, 1, random);
    for (int i = 0; i < columns.length; i++) {
      for (int j = 0; j < i; j++) {
        add(columns[i], -Data.dot(columns[i], columns[j]), columns[j]);
      }
      double norm = Math.sqrt(Data.dot(columns[i], columns[i]));
      columns[i] = Arrays.stream(columns[i]).map(value -> value / norm).toArray();
    }
    double[] weights = Data.gaussian(1, spectrum.length, 1, random)[0];
    double[][] features = new double[EXAMPLES][spectrum.length];
    double[][] labels = new double[EXAMPLES][1];
    for (int row = 0; row < EXAMPLES; row++) {
      for (int i = 0; i < spectrum.length; i++) {
        features[row][i] = columns[i][row] * Math.sqrt(EXAMPLES * spectrum[i] / 2);
      }
      labels[row][0] = Data.dot(features[row], weights) + 0.1 * random.nextGaussian();
    }
    return Samples.of(features, labels);
  }

  private static void add(double[] to, double factor, double[] from) {
    for (int i = 0; i < to.length; i++) {
      to[i] += factor * from[i];
    }
  }
}
