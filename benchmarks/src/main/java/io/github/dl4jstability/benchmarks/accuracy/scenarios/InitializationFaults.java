package io.github.dl4jstability.benchmarks.accuracy.scenarios;

import static io.github.dl4jstability.listeners.Condition.POOR_INITIALIZATION;
import static io.github.dl4jstability.listeners.Condition.SATURATED_UNITS;
import static io.github.dl4jstability.listeners.Condition.SYMMETRIC_UNITS;
import static io.github.dl4jstability.listeners.Condition.VANISHING_GRADIENT;

import io.github.dl4jstability.benchmarks.accuracy.Expected;
import io.github.dl4jstability.benchmarks.accuracy.Scenario;
import io.github.dl4jstability.benchmarks.accuracy.ScenarioProvider;
import io.github.dl4jstability.initializers.Constant;
import io.github.dl4jstability.initializers.Distribution;
import io.github.dl4jstability.initializers.FanMode;
import io.github.dl4jstability.initializers.HeNormal;
import io.github.dl4jstability.initializers.LeCunNormal;
import io.github.dl4jstability.initializers.RandomNormal;
import io.github.dl4jstability.initializers.VarianceScaling;
import io.github.dl4jstability.initializers.XavierNormal;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Initial weights with which a network cannot learn, or not well. */
public final class InitializationFaults implements ScenarioProvider {
  private static final int LENGTH = 300;

  /** Creates the provider. */
  public InitializationFaults() {}

  @Override
  public Stream<Scenario> scenarios() {
    return Stream.of(
            Variant.each(Activation.TANH).map(InitializationFaults::tooWideDeep),
            Variant.each(Activation.TANH).map(InitializationFaults::tooNarrowDeep),
            deepSigmoid(),
            Variant.each(Activation.TANH).map(InitializationFaults::saturated),
            Stream.of(Activation.RELU, Activation.TANH)
                .flatMap(Variant::each)
                .map(InitializationFaults::oneLayerTooWide),
            Stream.of(Activation.RELU, Activation.TANH)
                .flatMap(Variant::each)
                .flatMap(InitializationFaults::oneEndTooWide),
            symmetric(),
            Stream.of(Activation.RELU, Activation.TANH)
                .flatMap(Variant::each)
                .map(InitializationFaults::twins))
        .flatMap(family -> family);
  }

  /** 20 tanh layers with twice Xavier's standard deviation. */
  private static Scenario tooWideDeep(Variant variant) {
    Variant deep = variant.deep(20, variant.widths().get(0));
    return Recipe.classifier(deep, Data::teacher)
        .init(new XavierNormal(2))
        .scenario(
            "deep-tanh-too-wide",
            Expected.fault(POOR_INITIALIZATION)
                .or(SATURATED_UNITS)
                .beside(Aftermath.ofExplosion())
                .among(deep.hidden()),
            LENGTH);
  }

  /** 30 tanh layers with weight variance 0.1/fan-in: each layer keeps a third of the signal. */
  private static Scenario tooNarrowDeep(Variant variant) {
    Variant deep = variant.deep(30, variant.widths().get(0));
    return Recipe.classifier(deep, Data::teacher)
        .init(new VarianceScaling(0.1, FanMode.FAN_IN, Distribution.NORMAL))
        .scenario(
            "deep-tanh-too-narrow",
            Expected.fault(VANISHING_GRADIENT)
                .or(POOR_INITIALIZATION)
                .beside(Aftermath.ofStandstill())
                .among(deep.hidden()),
            LENGTH);
  }

  private static Stream<Scenario> deepSigmoid() {
    return Variant.each(Activation.SIGMOID)
        .flatMap(
            variant ->
                Stream.of(5, 8, 12, 18)
                    // With steps of their own size, adaptive updaters get through five layers.
                    .filter(depth -> depth > 5 || !variant.optimizer().isAdaptive())
                    .map(depth -> deepSigmoid(variant, depth)));
  }

  private static Scenario deepSigmoid(Variant variant, int depth) {
    Variant deep = variant.deep(depth, variant.widths().get(0));
    return Recipe.classifier(deep, depth == 8 ? Data::teacher : Data::blob)
        .scenario(
            "deep-sigmoid",
            Expected.fault(VANISHING_GRADIENT)
                .beside(Aftermath.ofStandstill())
                .at("layer0")
                .among(deep.hidden()),
            LENGTH);
  }

  private static Scenario saturated(Variant variant) {
    return Recipe.classifier(variant, Data::teacher)
        .init(new RandomNormal(0, 5))
        .scenario(
            "saturated-tanh",
            Expected.fault(SATURATED_UNITS)
                .or(POOR_INITIALIZATION)
                .beside(Aftermath.ofStandstill())
                .beside(Aftermath.ofExplosion())
                .among(variant.hidden()),
            LENGTH);
  }

  private static Scenario oneLayerTooWide(Variant variant) {
    int layer = variant.widths().size() / 2;
    Expected expected =
        Expected.fault(POOR_INITIALIZATION).beside(Aftermath.ofExplosion()).at("layer" + layer);
    return Recipe.classifier(variant, Data::teacher)
        .afterInit(network -> network.getLayer(layer).getParam("W").muli(10))
        .scenario(
            "one-layer-too-wide",
            variant.activation() == Activation.TANH ? expected.or(SATURATED_UNITS) : expected,
            LENGTH);
  }

  /** The first or the last layer, whose fans differ most; with one hidden layer, too. */
  private static Stream<Scenario> oneEndTooWide(Variant variant) {
    Variant wide = variant.with(64);
    Variant wider = variant.with(128);
    Variant narrowing = variant.with(50, 30);
    return Stream.of(
        firstTooWide("blob", wide, Recipe.classifier(wide, Data::blob).init(byInputs(variant))),
        firstTooWide("circle", narrowing, Recipe.classifier(narrowing, Data::circle)),
        firstTooWide(
            "regression",
            narrowing,
            Recipe.regression(narrowing, Data::regression).init(byInputs(variant)).rateTimes(0.3)),
        lastTooWide("blob", wide, Recipe.classifier(wide, Data::blob)),
        lastTooWide("teacher", wider, Recipe.classifier(wider, Data::teacher)),
        lastTooWide("pictures", wide, Recipe.classifier(wide, Data::tinyPictures)),
        lastTooWide("circle", narrowing, Recipe.classifier(narrowing, Data::circle)),
        lastTooWide(
            "regression",
            narrowing,
            Recipe.regression(narrowing, Data::regression).rateTimes(0.3)));
  }

  private static IWeightInit byInputs(Variant variant) {
    return variant.activation() == Activation.TANH ? new LeCunNormal() : new HeNormal();
  }

  private static Scenario firstTooWide(String detail, Variant variant, Recipe recipe) {
    return endTooWide("first-layer-too-wide", detail, variant, recipe, 0);
  }

  private static Scenario lastTooWide(String detail, Variant variant, Recipe recipe) {
    return endTooWide("output-too-wide", detail, variant, recipe, variant.widths().size());
  }

  private static Scenario endTooWide(
      String family, String detail, Variant variant, Recipe recipe, int layer) {
    Expected expected =
        Expected.fault(POOR_INITIALIZATION).beside(Aftermath.ofExplosion()).at("layer" + layer);
    return recipe
        .afterInit(network -> network.getLayer(layer).getParam("W").muli(10))
        .scenario(
            family,
            detail,
            variant.activation() == Activation.TANH && layer == 0
                ? expected.or(SATURATED_UNITS)
                : expected,
            LENGTH);
  }

  private static Stream<Scenario> symmetric() {
    return Stream.of(Activation.RELU, Activation.TANH)
        .flatMap(Variant::each)
        .flatMap(variant -> Stream.of(0.0, 0.01).map(value -> symmetric(variant, value)));
  }

  private static Scenario symmetric(Variant variant, double value) {
    return Recipe.classifier(variant, Data::teacher)
        .init(new Constant(value))
        .output(layer -> layer.weightInit(new Constant(value)))
        .scenario(
            "symmetric-units",
            value == 0 ? "zero" : "constant",
            Expected.fault(SYMMETRIC_UNITS)
                .beside(Aftermath.ofStandstill())
                .among(variant.hidden()),
            LENGTH);
  }

  /** Half of the units of one layer are copies of each other, incoming and outgoing weights. */
  private static Scenario twins(Variant variant) {
    int layer = variant.widths().size() - 1;
    return Recipe.classifier(variant, Data::teacher)
        .afterInit(network -> copyUnits(network, layer, variant.widths().get(layer) / 2))
        .scenario("twin-units", Expected.fault(SYMMETRIC_UNITS).at("layer" + layer), LENGTH);
  }

  private static void copyUnits(MultiLayerNetwork network, int layer, int copies) {
    INDArray incoming = network.getLayer(layer).getParam("W");
    INDArray outgoing = network.getLayer(layer + 1).getParam("W");
    for (int copy = 1; copy < copies; copy++) {
      incoming.getColumn(copy).assign(incoming.getColumn(0));
      outgoing.getRow(copy).assign(outgoing.getRow(0));
    }
  }
}
