package io.github.dl4jstability.benchmarks.accuracy.scenarios;

import io.github.dl4jstability.benchmarks.accuracy.Expected;
import io.github.dl4jstability.benchmarks.accuracy.Scenario;
import io.github.dl4jstability.benchmarks.accuracy.ScenarioProvider;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Healthy runs with awkward data and uncommon but sound choices, alone and together. */
public final class HealthyLuck implements ScenarioProvider {
  private static final int LENGTH = 2_000;
  private static final Expected WELL = Expected.healthy();

  /** Creates the provider. */
  public HealthyLuck() {}

  @Override
  public Stream<Scenario> scenarios() {
    return Stream.concat(
        Variant.each(Activation.RELU).flatMap(HealthyLuck::dense),
        Stream.of(truncated(Optimizer.SGD), truncated(Optimizer.ADAM)));
  }

  private static Stream<Scenario> dense(Variant variant) {
    return Stream.of(
        Recipe.classifier(variant, HealthyLuck::oneHotFeatures)
            .rateTimes(variant.optimizer().isAdaptive() ? 1 : 2)
            .scenario("sparse-features", WELL, LENGTH),
        Recipe.classifier(variant, seed -> withCopiedColumns(Data.teacher(seed)))
            .rateTimes(0.5)
            .scenario("copied-columns", WELL, LENGTH),
        Recipe.regression(variant, HealthyLuck::heavyTails)
            .rateTimes(0.1)
            .scenario("heavy-tailed-targets", WELL, LENGTH),
        Recipe.classifier(variant, seed -> Data.teacher(seed).first(100))
            .scenario("learnt-by-heart", WELL, LENGTH),
        Recipe.classifier(variant, Data::teacher)
            .output(layer -> layer.lossFunction(LossFunction.XENT).activation(Activation.SIGMOID))
            .rateTimes(0.5)
            .scenario("binary-outputs", WELL, LENGTH),
        Recipe.classifier(variant.batches(8), seed -> withCopiedColumns(oneHotFeatures(seed)))
            .common(common -> common.l2(1e-4))
            .layers(
                list -> {
                  list.layer(new DenseLayer.Builder().nOut(24).dropOut(0.8).build());
                  list.layer(new BatchNormalization.Builder().build());
                  list.layer(new DenseLayer.Builder().nOut(16).build());
                })
            .scenario("unlucky-mixture", WELL, LENGTH));
  }

  /** Truncated backpropagation through time: each segment of 10 steps is an iteration. */
  private static Scenario truncated(Optimizer optimizer) {
    Variant variant = Variant.of(Activation.TANH, optimizer, DataType.FLOAT, 8, 12);
    return Recipe.classifier(variant, seed -> Data.sequences(seed, 40))
        .layers(
            list -> {
              list.layer(new SimpleRnn.Builder().nOut(12).build());
              list.backpropType(BackpropType.TruncatedBPTT).tBPTTLength(10);
            })
        .rateTimes(0.3)
        .scenario("truncated-through-time", WELL, LENGTH);
  }

  /** 20 columns, one of which is 1; the class depends on it, with one label in ten at random. */
  private static Samples oneHotFeatures(long seed) {
    int columns = 20;
    Random random = new Random(seed);
    int[] property = random.ints(columns, 0, 3).toArray();
    int[] hot = random.ints(700, 0, columns).toArray();
    int[] classes = new int[hot.length];
    for (int i = 0; i < hot.length; i++) {
      classes[i] = random.nextInt(10) == 0 ? random.nextInt(3) : property[hot[i]];
    }
    return Samples.of(Samples.oneHot(hot, columns), Samples.oneHot(classes, 3));
  }

  private static Samples withCopiedColumns(Samples samples) {
    UnaryOperator<double[]> copied =
        row -> {
          double[] wide = new double[2 * row.length];
          System.arraycopy(row, 0, wide, 0, row.length);
          System.arraycopy(row, 0, wide, row.length, row.length);
          return wide;
        };
    double[][] features = new double[samples.size()][];
    for (int i = 0; i < features.length; i++) {
      features[i] = copied.apply(samples.features()[i]);
    }
    return Samples.of(features, samples.labels());
  }

  /** Noise from Student's distribution with 3 degrees of freedom. */
  private static Samples heavyTails(long seed) {
    Samples samples = Data.linear(seed, 5, 0);
    Random random = new Random(seed);
    double[][] labels = new double[samples.size()][1];
    for (int i = 0; i < labels.length; i++) {
      double chiSquare = 0;
      for (int j = 0; j < 3; j++) {
        double z = random.nextGaussian();
        chiSquare += z * z;
      }
      double t = random.nextGaussian() / Math.sqrt(chiSquare / 3);
      labels[i][0] = 2 * samples.labels()[i][0] + 0.3 * t;
    }
    return Samples.of(samples.features(), labels).withStandardizedLabels();
  }
}
