package io.github.dl4jstability.benchmarks.accuracy.scenarios;

import static io.github.dl4jstability.listeners.Condition.CONSTANT_OUTPUT;
import static io.github.dl4jstability.listeners.Condition.DEAD_UNITS;
import static io.github.dl4jstability.listeners.Condition.LEARNING_RATE_TOO_LOW;
import static io.github.dl4jstability.listeners.Condition.POOR_INITIALIZATION;
import static io.github.dl4jstability.listeners.Condition.REGULARIZATION_TOO_STRONG;
import static io.github.dl4jstability.listeners.Condition.SATURATED_UNITS;
import static io.github.dl4jstability.listeners.Condition.UNCHANGED_PARAMETERS;

import io.github.dl4jstability.benchmarks.accuracy.Expected;
import io.github.dl4jstability.benchmarks.accuracy.Scenario;
import io.github.dl4jstability.benchmarks.accuracy.ScenarioProvider;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration.ListBuilder;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Units that do nothing any more, outputs and parameters that do not move. */
public final class UnitFaults implements ScenarioProvider {
  private static final int LENGTH = 300;
  private static final double DEADLY_BIAS = -10;
  private static final int PARTLY_DEAD_WIDTH = 40;

  /** Creates the provider. */
  public UnitFaults() {}

  @Override
  public Stream<Scenario> scenarios() {
    return Stream.of(
            Variant.each(Activation.RELU).map(UnitFaults::deadLayer),
            Variant.each(Activation.RELU).map(variant -> partlyDead(variant, 18)),
            Variant.each(Activation.RELU).map(variant -> partlyDead(variant, 22)),
            Stream.of(Optimizer.SGD, Optimizer.ADAM).map(UnitFaults::deadChannels),
            Stream.of(Activation.SIGMOID, Activation.TANH)
                .flatMap(Variant::each)
                .map(UnitFaults::saturatedByBias),
            Variant.each(Activation.RELU).map(v -> penalized(v, "too-strong-l2", all -> all.l2(3))),
            Variant.each(Activation.TANH)
                .map(v -> penalized(v, "too-strong-decay", all -> all.weightDecay(decay(v)))),
            Variant.each(Activation.RELU)
                .map(v -> penalized(v, "too-strong-l1", all -> all.l1(0.3))),
            Variant.each(Activation.TANH).map(UnitFaults::equalExamples),
            unchanged())
        .flatMap(family -> family);
  }

  private static Scenario deadLayer(Variant variant) {
    int layer = variant.widths().size() / 2;
    return Recipe.classifier(variant, Data::teacher)
        .afterInit(network -> biases(network, layer).assign(DEADLY_BIAS))
        .scenario(
            "dead-layer",
            Expected.fault(DEAD_UNITS).beside(Aftermath.ofStandstill()).at("layer" + layer),
            LENGTH);
  }

  /** Below and above a half; only the reported share is known to matter. */
  private static Scenario partlyDead(Variant variant, int dead) {
    int layer = variant.widths().size() - 1;
    Integer[] widths = variant.widths().toArray(Integer[]::new);
    widths[layer] = PARTLY_DEAD_WIDTH;
    return Recipe.classifier(variant.with(widths), Data::teacher)
        .afterInit(
            network -> {
              for (int unit = 0; unit < dead; unit++) {
                biases(network, layer).putScalar(unit, DEADLY_BIAS);
              }
            })
        .scenario(
            "partly-dead",
            dead + "of40",
            Expected.fault(DEAD_UNITS)
                .evenAsInformation()
                .beside(Aftermath.ofStandstill())
                .at("layer" + layer)
                .showing((double) dead / PARTLY_DEAD_WIDTH),
            2 * LENGTH);
  }

  private static Scenario deadChannels(Optimizer optimizer) {
    Variant variant = Variant.of(Activation.RELU, optimizer, DataType.FLOAT, 16);
    return Recipe.classifier(variant, seed -> Data.asImages(Data.smallPictures(seed)))
        .layers(UnitFaults::convolutions)
        .afterInit(network -> biases(network, 2).assign(DEADLY_BIAS))
        .scenario(
            "dead-channels",
            Expected.fault(DEAD_UNITS)
                .beside(Aftermath.ofStandstill())
                .at("layer2")
                .among("layer3"),
            LENGTH);
  }

  private static void convolutions(ListBuilder list) {
    list.layer(new ConvolutionLayer.Builder(3, 3).nOut(6).build());
    list.layer(new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build());
    list.layer(new ConvolutionLayer.Builder(3, 3).nOut(8).build());
    list.layer(new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build());
  }

  private static Scenario saturatedByBias(Variant variant) {
    int layer = variant.widths().size() / 2;
    return Recipe.classifier(variant, Data::teacher)
        .afterInit(network -> biases(network, layer).assign(20))
        .scenario(
            "saturated-by-bias",
            Expected.fault(SATURATED_UNITS)
                .or(POOR_INITIALIZATION)
                .beside(Aftermath.ofStandstill())
                .at("layer" + layer),
            LENGTH);
  }

  /** So strong a penalty that all weights go to zero. */
  private static Scenario penalized(
      Variant variant, String name, UnaryOperator<NeuralNetConfiguration.Builder> penalty) {
    return Recipe.classifier(variant, Data::teacher)
        .common(penalty)
        .scenario(
            name,
            Expected.fault(REGULARIZATION_TOO_STRONG).beside(Aftermath.ofStandstill()),
            2 * LENGTH);
  }

  /** Steps of adaptive updaters do not fade with the gradient, and hold weights against more. */
  private static double decay(Variant variant) {
    return variant.optimizer().isAdaptive() ? 30 : 3;
  }

  /** A faulty reader gives the same features for every example. */
  private static Scenario equalExamples(Variant variant) {
    return Recipe.classifier(variant, UnitFaults::withEqualFeatures)
        .scenario(
            "equal-examples",
            Expected.fault(CONSTANT_OUTPUT).beside(Aftermath.ofStandstill()),
            LENGTH);
  }

  private static Samples withEqualFeatures(long seed) {
    Samples samples = Data.teacher(seed);
    double[][] features = new double[samples.size()][];
    for (int i = 0; i < features.length; i++) {
      features[i] = samples.features()[0].clone();
    }
    return new Samples(features, samples.featureShape(), samples.labels(), samples.labelShape());
  }

  /** Steps below half a unit in the last place of a float are lost in rounding. */
  private static Stream<Scenario> unchanged() {
    return Stream.of(Optimizer.SGD, Optimizer.ADAM, Optimizer.NESTEROVS)
        .map(optimizer -> Variant.of(Activation.RELU, optimizer, DataType.FLOAT, 32, 24, 24))
        .map(
            variant ->
                Recipe.classifier(variant, Data::teacher)
                    .updater(variant.optimizer().at(1e-12))
                    .scenario(
                        "unchanged-parameters",
                        Expected.fault(UNCHANGED_PARAMETERS)
                            .or(LEARNING_RATE_TOO_LOW)
                            .beside(Aftermath.ofStandstill()),
                        600));
  }

  private static INDArray biases(MultiLayerNetwork network, int layer) {
    return network.getLayer(layer).getParam("b");
  }
}
