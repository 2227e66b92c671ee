package io.github.dl4jstability.benchmarks.accuracy.scenarios;

import io.github.dl4jstability.benchmarks.accuracy.Expected;
import io.github.dl4jstability.benchmarks.accuracy.Scenario;
import io.github.dl4jstability.benchmarks.accuracy.ScenarioProvider;
import io.github.dl4jstability.initializers.XavierNormal;
import java.util.Random;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.nd4j.linalg.activations.Activation;

/** Healthy runs that do not start from random weights: resumed ones, and transfer learning. */
public final class HealthyContinuations implements ScenarioProvider {
  private static final int LENGTH = 2_000;
  private static final int SHORT = 500;
  private static final int LONG = 3_000;
  private static final int FEW = 100;
  private static final Expected WELL = Expected.healthy();

  /** Gives the seed of the data that the features come from. */
  private static final long OTHER = 1_000;

  /** Creates the provider. */
  public HealthyContinuations() {}

  @Override
  public Stream<Scenario> scenarios() {
    return Stream.of(Activation.RELU, Activation.TANH)
        .flatMap(Variant::each)
        .flatMap(variant -> Stream.concat(resumed(variant), transferred(variant)));
  }

  private static Stream<Scenario> resumed(Variant variant) {
    return Stream.of(
        Recipe.classifier(variant, Data::teacher)
            .after(seed -> network -> trained(network, variant, Data.teacher(seed), SHORT))
            .scenario("resumed", "early", WELL, LENGTH),
        Recipe.classifier(variant, HealthyContinuations::few)
            .after(seed -> network -> trained(network, variant, few(seed), LONG))
            .scenario("resumed", "converged", WELL, LENGTH),
        Recipe.classifier(variant, HealthyContinuations::few)
            .after(seed -> network -> countedAnew(trained(network, variant, few(seed), LONG)))
            .scenario("resumed", "counted-anew", WELL, LENGTH));
  }

  private static Stream<Scenario> transferred(Variant variant) {
    return Stream.of(
        Recipe.classifier(variant, Data::teacher)
            .after(
                seed -> network -> transferred(network, variant, Data.teacher(OTHER + seed), true))
            .scenario("transfer-learning", "frozen", WELL, LENGTH),
        Recipe.classifier(variant, Data::teacher)
            .after(seed -> network -> transferred(network, variant, few(OTHER + seed), true))
            .scenario("transfer-learning", "frozen-sure", WELL, LENGTH),
        Recipe.classifier(variant, Data::teacher)
            .after(seed -> network -> transferred(network, variant, few(OTHER + seed), false))
            .scenario("transfer-learning", "all-sure", WELL, LENGTH));
  }

  /** So few examples that a network gets to know them by heart, and its units are sure. */
  private static Samples few(long seed) {
    return Data.teacher(seed).first(FEW);
  }

  /** Trains without any listener. */
  private static MultiLayerNetwork trained(
      MultiLayerNetwork network, Variant variant, Samples samples, int iterations) {
    Random random = new Random(samples.size());
    for (int i = 0; i < iterations; i++) {
      int[] rows = random.ints(variant.batch(), 0, samples.size()).toArray();
      network.fit(samples.batch(rows, variant.type()));
    }
    return network;
  }

  /** As a copy of a network or a changed configuration would. */
  private static MultiLayerNetwork countedAnew(MultiLayerNetwork network) {
    network.setIterationCount(0);
    network.setEpochCount(0);
    return network;
  }

  private static MultiLayerNetwork transferred(
      MultiLayerNetwork network, Variant variant, Samples others, boolean freeze) {
    int hidden = variant.widths().size();
    TransferLearning.Builder builder =
        new TransferLearning.Builder(trained(network, variant, others, LONG))
            .fineTuneConfiguration(
                new FineTuneConfiguration.Builder()
                    .updater(variant.optimizer().at(variant.optimizer().rate))
                    .build())
            .removeOutputLayer()
            .addLayer(
                new OutputLayer.Builder()
                    .nIn(variant.widths().get(hidden - 1))
                    .nOut(others.labels()[0].length)
                    .activation(Activation.SOFTMAX)
                    .weightInit(new XavierNormal())
                    .build());
    return (freeze ? builder.setFeatureExtractor(hidden - 1) : builder).build();
  }
}
