package io.github.dl4jstability.benchmarks;

import io.github.dl4jstability.initializers.HeNormal;
import io.github.dl4jstability.initializers.KernelLayout;
import io.github.dl4jstability.initializers.Orthogonal;
import io.github.dl4jstability.initializers.TruncatedNormal;
import io.github.dl4jstability.initializers.XavierNormal;
import io.github.dl4jstability.initializers.XavierUniform;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.nn.weights.WeightInitXavier;
import org.deeplearning4j.nn.weights.WeightInitXavierUniform;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Time to draw 10 million weights, relative to Deeplearning4j's own XAVIER, and time of {@code
 * Orthogonal} at 1024×1024.
 *
 * <p>All schemes take turns within a round, so that a slow moment of the machine hits each of them;
 * the figure is the median over the rounds of the ratio within a round.
 */
public final class InitializerSpeed {

  private static final long ROWS = 1000;
  private static final long COLUMNS = 10_000;
  private static final int WARM_UP = 5;
  private static final int ROUNDS = 21;

  private InitializerSpeed() {}

  /**
   * Prints two tables.
   *
   * @param arguments none
   */
  public static void main(String[] arguments) {
    for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
      tenMillion(type);
    }
    orthogonal();
  }

  private static void tenMillion(DataType type) {
    Map<String, IWeightInit> schemes = new LinkedHashMap<>();
    schemes.put("Deeplearning4j XAVIER", new WeightInitXavier());
    schemes.put("XavierNormal", new XavierNormal());
    schemes.put("HeNormal", new HeNormal());
    schemes.put("TruncatedNormal, 2 sigma", new TruncatedNormal(0, 0.05));
    schemes.put("Deeplearning4j XAVIER_UNIFORM", new WeightInitXavierUniform());
    schemes.put("XavierUniform", new XavierUniform());
    INDArray view = Nd4j.createUninitialized(type, new long[] {1, ROWS * COLUMNS}, 'c');
    double[][] milliseconds = new double[schemes.size()][ROUNDS];
    for (int round = -WARM_UP; round < ROUNDS; round++) {
      int scheme = 0;
      for (IWeightInit init : schemes.values()) {
        long start = System.nanoTime();
        init.init(1000, 10_000, new long[] {ROWS, COLUMNS}, 'f', view);
        double elapsed = (System.nanoTime() - start) / 1e6;
        if (round >= 0) {
          milliseconds[scheme][round] = elapsed;
        }
        scheme++;
      }
    }
    System.out.printf(
        Locale.ROOT, "%n10M parameters, %s%n| scheme | ms | ratio to XAVIER |%n", type);
    System.out.println("|---|---|---|");
    int scheme = 0;
    for (String name : schemes.keySet()) {
      double[] ratio = new double[ROUNDS];
      for (int round = 0; round < ROUNDS; round++) {
        ratio[round] = milliseconds[scheme][round] / milliseconds[0][round];
      }
      System.out.printf(
          Locale.ROOT, "| %s | %.1f | %.2f |%n", name, median(milliseconds[scheme]), median(ratio));
      scheme++;
    }
  }

  private static void orthogonal() {
    System.out.printf("%n| Orthogonal | ms |%n|---|---|%n");
    for (long size : new long[] {64, 256, 512, 1024}) {
      INDArray view = Nd4j.create(DataType.FLOAT, 1, size * size);
      double[] milliseconds = new double[7];
      for (int round = -2; round < milliseconds.length; round++) {
        long start = System.nanoTime();
        new Orthogonal().init(KernelLayout.DENSE, new long[] {size, size}, 'f', view);
        if (round >= 0) {
          milliseconds[round] = (System.nanoTime() - start) / 1e6;
        }
      }
      System.out.printf(Locale.ROOT, "| %d² | %.1f |%n", size, median(milliseconds));
    }
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
