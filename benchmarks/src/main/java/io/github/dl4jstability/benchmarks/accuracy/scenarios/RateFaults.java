package io.github.dl4jstability.benchmarks.accuracy.scenarios;

import static io.github.dl4jstability.listeners.Condition.DIVERGING_LOSS;
import static io.github.dl4jstability.listeners.Condition.LEARNING_RATE_TOO_HIGH;
import static io.github.dl4jstability.listeners.Condition.LEARNING_RATE_TOO_LOW;

import io.github.dl4jstability.benchmarks.accuracy.Expected;
import io.github.dl4jstability.benchmarks.accuracy.Scenario;
import io.github.dl4jstability.benchmarks.accuracy.ScenarioProvider;
import java.util.stream.Stream;
import org.nd4j.linalg.activations.Activation;

/** Learning rates far from the good ones. */
public final class RateFaults implements ScenarioProvider {
  /** Creates the provider. */
  public RateFaults() {}

  @Override
  public Stream<Scenario> scenarios() {
    return Stream.of(
            Stream.of(Activation.RELU, Activation.TANH)
                .flatMap(Variant::each)
                .map(RateFaults::tooLow),
            Stream.of(Activation.RELU, Activation.TANH)
                .flatMap(Variant::each)
                .flatMap(variant -> Stream.of(false, true).map(small -> tooHigh(variant, small))),
            Stream.of(3, 10, 30)
                .flatMap(inputs -> Stream.of(0.5, 8.0).map(it -> diverging(inputs, it))))
        .flatMap(family -> family);
  }

  /** The limit of convergence is 2/λmax. */
  private static Scenario diverging(int inputs, double largest) {
    return Quadratics.at(
        "diverging-quadratic",
        2.2,
        inputs,
        largest,
        Expected.fault(DIVERGING_LOSS)
            .or(LEARNING_RATE_TOO_HIGH)
            .beside(Aftermath.ofExplosion())
            .showing(2 / largest),
        150);
  }

  private static Scenario tooLow(Variant variant) {
    return Recipe.classifier(variant, Data::teacher)
        .updater(variant.optimizer().at(lowRate(variant.optimizer())))
        .scenario(
            "rate-too-low",
            Expected.fault(LEARNING_RATE_TOO_LOW).beside(Aftermath.ofStandstill()),
            2_000);
  }

  private static double lowRate(Optimizer optimizer) {
    return switch (optimizer) {
      case SGD -> 1e-4;
      case NESTEROVS -> 1e-5;
      case ADAM, RMSPROP, AMSGRAD -> 1e-6;
    };
  }

  private static Scenario tooHigh(Variant variant, boolean pictures) {
    return Recipe.classifier(variant, pictures ? Data::tinyPictures : Data::teacher)
        .updater(variant.optimizer().at(highRate(variant.optimizer())))
        .scenario(
            "rate-too-high",
            pictures ? "pictures" : "teacher",
            Expected.fault(LEARNING_RATE_TOO_HIGH)
                .or(DIVERGING_LOSS)
                .beside(Aftermath.ofExplosion()),
            500);
  }

  /** 30 times and more above what these networks bear; 0.3 for the adaptive ones. */
  private static double highRate(Optimizer optimizer) {
    return switch (optimizer) {
      case SGD -> 30;
      case NESTEROVS -> 5;
      case ADAM, RMSPROP, AMSGRAD -> 0.3;
    };
  }
}
