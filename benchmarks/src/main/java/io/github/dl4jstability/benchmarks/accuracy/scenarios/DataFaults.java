package io.github.dl4jstability.benchmarks.accuracy.scenarios;

import static io.github.dl4jstability.listeners.Condition.INPUT_SCALE;
import static io.github.dl4jstability.listeners.Condition.LEARNING_RATE_TOO_HIGH;
import static io.github.dl4jstability.listeners.Condition.LEARNING_RATE_TOO_LOW;
import static io.github.dl4jstability.listeners.Condition.NON_FINITE;

import io.github.dl4jstability.benchmarks.accuracy.Expected;
import io.github.dl4jstability.benchmarks.accuracy.Scenario;
import io.github.dl4jstability.benchmarks.accuracy.ScenarioProvider;
import io.github.dl4jstability.initializers.RandomNormal;
import io.github.dl4jstability.listeners.Condition;
import java.util.function.Function;
import java.util.stream.Stream;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;

/** Faults of features and labels: values that are no numbers, and values of the wrong scale. */
public final class DataFaults implements ScenarioProvider {
  private static final int ONSET = 30;
  private static final int NON_FINITE_LENGTH = 60;
  private static final int SCALE_LENGTH = 400;

  /** Creates the provider. */
  public DataFaults() {}

  @Override
  public Stream<Scenario> scenarios() {
    return Stream.<Function<Variant, Scenario>>of(
            DataFaults::nanLabel,
            DataFaults::nanFeature,
            DataFaults::infiniteTarget,
            DataFaults::nanWeights,
            DataFaults::unscaledRegression,
            DataFaults::unscaledLinear,
            DataFaults::unscaledFeatures,
            DataFaults::unscaledColumn,
            DataFaults::unscaledTargets)
        .flatMap(family -> Variant.each(Activation.RELU).map(family));
  }

  private static Expected nonFinite() {
    return Expected.fault(NON_FINITE).from(ONSET).beside(Aftermath.ofExplosion());
  }

  private static Expected scale() {
    return Expected.fault(INPUT_SCALE)
        .beside(Aftermath.ofExplosion())
        .beside(LEARNING_RATE_TOO_LOW);
  }

  private static Scenario nanLabel(Variant variant) {
    return Recipe.classifier(variant, Data::blob)
        .disturbed(
            (iteration, network, batch) -> {
              if (iteration == ONSET) {
                batch.getLabels().putScalar(0, 1, Double.NaN);
              }
            })
        .scenario("nan-label", nonFinite(), NON_FINITE_LENGTH);
  }

  private static Scenario nanFeature(Variant variant) {
    return Recipe.classifier(variant, Data::teacher)
        .disturbed(
            (iteration, network, batch) -> {
              if (iteration == ONSET) {
                batch.getFeatures().putScalar(2, 3, Double.NaN);
              }
            })
        .scenario("nan-feature", nonFinite(), NON_FINITE_LENGTH);
  }

  private static Scenario infiniteTarget(Variant variant) {
    return Recipe.regression(variant, Data::regression)
        .rateTimes(0.5)
        .disturbed(
            (iteration, network, batch) -> {
              if (iteration == ONSET) {
                batch.getLabels().putScalar(1, 0, Double.POSITIVE_INFINITY);
              }
            })
        .scenario("infinite-target", nonFinite(), NON_FINITE_LENGTH);
  }

  private static Scenario nanWeights(Variant variant) {
    int layer = variant.widths().size() / 2;
    return Recipe.classifier(variant, Data::teacher)
        .disturbed(
            (iteration, network, batch) -> {
              if (iteration == ONSET) {
                network.getLayer(layer).getParam("W").assign(Double.NaN);
              }
            })
        .scenario("nan-weights", nonFinite().at("layer" + layer), NON_FINITE_LENGTH);
  }

  /** 1-50-30-1 on y = 5x² as it is, from the first bad example that one meets in tutorials. */
  private static Scenario unscaledRegression(Variant variant) {
    Variant fixed = variant.with(50, 30);
    Recipe recipe = Recipe.regression(fixed, Data::rawRegression);
    if (variant.optimizer().isAdaptive()) {
      // Their steps do not grow with the targets; only the scale of the data is wrong.
      return recipe.scenario("unscaled-regression", scale(), SCALE_LENGTH);
    }
    Expected expected =
        Expected.fault(LEARNING_RATE_TOO_HIGH)
            .or(INPUT_SCALE, Condition.EXPLODING_GRADIENT, Condition.DIVERGING_LOSS)
            .beside(Aftermath.ofExplosion());
    return recipe.scenario("unscaled-regression", expected, SCALE_LENGTH);
  }

  private static Scenario unscaledLinear(Variant variant) {
    return Recipe.classifier(
            variant.with(Activation.IDENTITY).deep(8, variant.widths().get(0)),
            seed -> Data.teacher(seed).timesFeatures(100))
        .init(new RandomNormal(0, 1))
        .scenario("unscaled-linear", scale(), 100);
  }

  private static Scenario unscaledFeatures(Variant variant) {
    return Recipe.classifier(variant, seed -> Data.teacher(seed).timesFeatures(1000))
        .scenario("unscaled-features", scale(), SCALE_LENGTH);
  }

  private static Scenario unscaledColumn(Variant variant) {
    return Recipe.classifier(variant, seed -> Data.teacher(seed).timesColumn(3, 1000))
        .scenario("unscaled-column", scale(), SCALE_LENGTH);
  }

  private static Scenario unscaledTargets(Variant variant) {
    DataType type = variant.type();
    return Recipe.regression(
            variant, seed -> Data.regression(seed).timesLabels(type == DataType.FLOAT ? 1e3 : 1e4))
        .scenario("unscaled-targets", scale(), SCALE_LENGTH);
  }
}
