package io.github.dl4jstability.benchmarks.accuracy.scenarios;

import static io.github.dl4jstability.listeners.Condition.DEAD_UNITS;
import static io.github.dl4jstability.listeners.Condition.GRADIENT_NOISE;
import static io.github.dl4jstability.listeners.Condition.LOCAL_MINIMUM;
import static io.github.dl4jstability.listeners.Condition.PLATEAU;
import static io.github.dl4jstability.listeners.Condition.SADDLE_POINT;
import static io.github.dl4jstability.listeners.Condition.SYMMETRIC_UNITS;

import io.github.dl4jstability.benchmarks.accuracy.Expected;
import io.github.dl4jstability.benchmarks.accuracy.Scenario;
import io.github.dl4jstability.benchmarks.accuracy.ScenarioProvider;
import io.github.dl4jstability.initializers.Constant;
import java.util.stream.Stream;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Sgd;

/** Runs that stand still at a saddle point, on a plateau or at a minimum. */
public final class StallFaults implements ScenarioProvider {
  private static final int LENGTH = 1_200;

  /** Creates the provider. */
  public StallFaults() {}

  @Override
  public Stream<Scenario> scenarios() {
    return Stream.of(
            Stream.of(DataType.FLOAT, DataType.DOUBLE).flatMap(StallFaults::deepLinear),
            Stream.of(1e-4, 1e-3).map(StallFaults::saxe),
            Variant.each(Activation.TANH).map(StallFaults::zeroWeights),
            Variant.each(Activation.RELU).map(StallFaults::allDead),
            Stream.of(3, 10).map(StallFaults::convergedLinear),
            Stream.of(DataType.FLOAT, DataType.DOUBLE).map(StallFaults::convergedLogistic),
            noiseFloors())
        .flatMap(family -> family);
  }

  /** Loss (1 − w₁…w_d)²: at 0 a saddle for d = 2, flat to second order for more; at 1 a minimum. */
  private static Stream<Scenario> deepLinear(DataType type) {
    Variant two = Variant.of(Activation.IDENTITY, Optimizer.SGD, type, 0, 1);
    return Stream.of(
        scalars(two, 0)
            .scenario(
                "scalar-saddle",
                Expected.fault(SADDLE_POINT).beside(Aftermath.ofStandstill()),
                LENGTH),
        scalars(two, 1).scenario("scalar-minimum", Expected.information(LOCAL_MINIMUM), LENGTH),
        scalars(two.with(1, 1), 0)
            .scenario(
                "scalar-plateau", Expected.fault(PLATEAU).beside(Aftermath.ofStandstill()), LENGTH),
        scalars(two.with(1, 1, 1), 0)
            .scenario(
                "scalar-plateau",
                Expected.fault(PLATEAU).beside(Aftermath.ofStandstill()),
                LENGTH));
  }

  private static Recipe scalars(Variant variant, double start) {
    double[][] ones = {{1}, {-1}, {1}, {-1}};
    return Recipe.regression(variant, seed -> Samples.of(ones, ones))
        .init(new Constant(start))
        .updater(new Sgd(0.01))
        .hidden((index, layer) -> layer.hasBias(false))
        .output(layer -> layer.hasBias(false).weightInit(new Constant(start)));
  }

  /**
   * Two linear weights a = b = a₀ that learn the product 1: half of it is reached after ln(1/a₀² −
   * 1)/(4·η) iterations (Saxe et al. 2014, arXiv:1312.6120; their time constant is 1/(2·η) for a
   * loss without the factor ½). The run ends at 70 % of that.
   */
  private static Scenario saxe(double start) {
    double rate = 0.002;
    double halfTime = Math.log(1 / (start * start) - 1) / (4 * rate);
    return scalars(Variant.of(Activation.IDENTITY, Optimizer.SGD, DataType.DOUBLE, 0, 1), start)
        .updater(new Sgd(rate))
        .scenario(
            "saxe-plateau",
            "from-" + start,
            Expected.fault(PLATEAU).or(SADDLE_POINT).beside(Aftermath.ofStandstill()),
            (int) (0.7 * halfTime));
  }

  /** Zero weights are an exact saddle: activations and hence all gradients of weights are 0. */
  private static Scenario zeroWeights(Variant variant) {
    return Recipe.classifier(variant.batches(0), seed -> Data.blob(seed).first(699))
        .init(new Constant(0))
        .output(layer -> layer.weightInit(new Constant(0)))
        .scenario(
            "zero-weights",
            Expected.fault(SADDLE_POINT).or(SYMMETRIC_UNITS).beside(Aftermath.ofStandstill()),
            LENGTH);
  }

  private static Scenario allDead(Variant variant) {
    return Recipe.classifier(variant, Data::teacher)
        .hidden((index, layer) -> layer.biasInit(-20))
        .scenario(
            "all-dead",
            Expected.fault(PLATEAU).or(DEAD_UNITS).beside(Aftermath.ofStandstill()),
            LENGTH);
  }

  private static Scenario convergedLinear(int inputs) {
    Variant variant = Variant.of(Activation.IDENTITY, Optimizer.SGD, DataType.DOUBLE, 0);
    return Recipe.regression(variant, seed -> Data.linear(seed, inputs, 0.3))
        .scenario("converged", "linear-" + inputs, Expected.information(LOCAL_MINIMUM), 2_000);
  }

  private static Scenario convergedLogistic(DataType type) {
    Variant variant = Variant.of(Activation.IDENTITY, Optimizer.SGD, type, 0);
    return Recipe.classifier(variant, Data::blob)
        .common(common -> common.l2(0.01))
        .updater(new Sgd(0.5))
        .scenario("converged", "logistic", Expected.information(LOCAL_MINIMUM), 2_000);
  }

  /**
   * A linear model with label noise σ² that minibatches of B at a large rate keep above its
   * minimum. The gradient of one example is −2εx, so tr(Σ) = 4σ²d for d features of variance 1, and
   * the loss ends at α·tr(Σ)/(4B) = σ²·αd/B above σ²: a third of it or more. In one iteration the
   * loss is off by √(2/B) of itself or more, which is why it takes thousands to be sure that it
   * stalls.
   */
  private static Stream<Scenario> noiseFloors() {
    Variant some = Variant.of(Activation.IDENTITY, Optimizer.SGD, DataType.FLOAT, 32);
    Expected noise = Expected.fault(GRADIENT_NOISE);
    return Stream.of(
        noisy(some, 60, 0.2, "noise-floor", noise),
        noisy(some, 100, 0.1, "noise-floor", noise),
        noisy(some.batches(64), 100, 0.2, "noise-floor", noise));
  }

  /** A regression on so many features with label noise of variance 0.09. */
  static Scenario noisy(
      Variant variant, int features, double rate, String family, Expected expected) {
    return Recipe.regression(variant, seed -> Data.linear(seed, features, 0.3))
        .updater(new Sgd(rate))
        .scenario(family, features + "-at-" + rate, expected, 16_000);
  }
}
