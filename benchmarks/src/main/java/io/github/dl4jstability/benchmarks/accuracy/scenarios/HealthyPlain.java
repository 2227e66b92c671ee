package io.github.dl4jstability.benchmarks.accuracy.scenarios;

import io.github.dl4jstability.benchmarks.accuracy.Expected;
import io.github.dl4jstability.benchmarks.accuracy.Scenario;
import io.github.dl4jstability.benchmarks.accuracy.ScenarioProvider;
import java.util.stream.Stream;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;

/** Ordinary networks on ordinary data. */
public final class HealthyPlain implements ScenarioProvider {
  private static final int LENGTH = 2_000;

  /** Creates the provider. */
  public HealthyPlain() {}

  @Override
  public Stream<Scenario> scenarios() {
    return Stream.concat(
        Stream.of(Activation.RELU, Activation.TANH)
            .flatMap(Variant::each)
            .flatMap(HealthyPlain::onEachKindOfData),
        Stream.of(
                Activation.SIGMOID,
                Activation.LEAKYRELU,
                Activation.ELU,
                Activation.SELU,
                Activation.GELU,
                Activation.SWISH,
                Activation.SOFTPLUS,
                Activation.SOFTSIGN,
                Activation.HARDTANH,
                Activation.HARDSIGMOID)
            .flatMap(HealthyPlain::withActivation));
  }

  private static Stream<Scenario> onEachKindOfData(Variant variant) {
    Expected well = Expected.healthy();
    return Stream.of(
        Recipe.classifier(variant, Data::blob).scenario("plain-blob", well, LENGTH),
        Recipe.classifier(variant, Data::rawBlob)
            .rateTimes(0.2)
            .scenario("plain-blob", "raw", well, LENGTH),
        Recipe.classifier(variant, Data::circle).scenario("plain-circle", well, LENGTH),
        Recipe.classifier(variant, Data::teacher).scenario("plain-teacher", well, LENGTH),
        Recipe.regression(variant, Data::regression)
            .rateTimes(0.3)
            .scenario("plain-regression", well, LENGTH),
        Recipe.classifier(variant, Data::tinyPictures)
            .rateTimes(0.5)
            .scenario("plain-pictures", well, LENGTH));
  }

  private static Stream<Scenario> withActivation(Activation activation) {
    return Stream.of(
            Variant.of(activation, Optimizer.ADAM, DataType.FLOAT, 32, 24),
            Variant.of(activation, Optimizer.NESTEROVS, DataType.DOUBLE, 16, 16, 16))
        .map(
            variant ->
                Recipe.classifier(variant, Data::teacher)
                    .scenario("plain-activations", Expected.healthy(), LENGTH));
  }
}
