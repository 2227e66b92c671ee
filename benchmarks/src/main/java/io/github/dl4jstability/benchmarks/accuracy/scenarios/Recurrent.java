package io.github.dl4jstability.benchmarks.accuracy.scenarios;

import static io.github.dl4jstability.listeners.Condition.EXPLODING_GRADIENT;
import static io.github.dl4jstability.listeners.Condition.POOR_INITIALIZATION;
import static io.github.dl4jstability.listeners.Condition.VANISHING_GRADIENT;

import io.github.dl4jstability.benchmarks.accuracy.Expected;
import io.github.dl4jstability.benchmarks.accuracy.Scenario;
import io.github.dl4jstability.benchmarks.accuracy.ScenarioProvider;
import io.github.dl4jstability.initializers.Orthogonal;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;

/** Recurrent networks: recurrent weights of the wrong scale, and healthy ones. */
public final class Recurrent implements ScenarioProvider {
  private static final int LONG = 100;
  private static final int SHORT = 20;
  private static final int FAULTY_LENGTH = 150;
  private static final int HEALTHY_LENGTH = 2_000;

  /** Creates the provider. */
  public Recurrent() {}

  @Override
  public Stream<Scenario> scenarios() {
    return Stream.of(Optimizer.SGD, Optimizer.ADAM)
        .flatMap(
            optimizer ->
                Stream.of(
                    exploding(optimizer, Activation.IDENTITY),
                    exploding(optimizer, Activation.RELU),
                    exploding(optimizer, Activation.TANH),
                    fading(optimizer, Activation.TANH),
                    fading(optimizer, Activation.IDENTITY),
                    fadingLstm(optimizer),
                    healthySimple(optimizer),
                    healthyLstm(optimizer, SHORT, 12),
                    healthyLstm(optimizer, LONG, 4)));
  }

  private static Variant variant(Activation activation, Optimizer optimizer) {
    return Variant.of(activation, optimizer, DataType.FLOAT, 8, 16);
  }

  /**
   * Recurrent weights multiply the signal by 1.5 at each of 100 steps. Rectifiers let half of its
   * variance through, so there they have to be √2 times as large. With 1.5, inputs of unit variance
   * bring tanh to where its mean squared slope is below 1/1.5², and the gradient does not grow;
   * with 3 it does (the chaotic phase of Poole et al. 2016, arXiv:1606.05340).
   */
  private static Scenario exploding(Optimizer optimizer, Activation activation) {
    double gain =
        switch (activation) {
          case RELU -> 1.5 * Math.sqrt(2);
          case TANH -> 3;
          default -> 1.5;
        };
    return Recipe.classifier(variant(activation, optimizer), seed -> Data.sequences(seed, LONG))
        .layers(list -> list.layer(simple(activation, gain)))
        .scenario(
            "recurrent-gain-too-high",
            Expected.fault(EXPLODING_GRADIENT)
                .or(POOR_INITIALIZATION)
                .beside(Aftermath.ofExplosion()),
            FAULTY_LENGTH);
  }

  /** The first steps decide the class, and each of 95 steps halves what is left of them. */
  private static Scenario fading(Optimizer optimizer, Activation activation) {
    return Recipe.classifier(variant(activation, optimizer), seed -> Data.memory(seed, LONG))
        .layers(list -> list.layer(new LastTimeStep(simple(activation, 0.5))))
        .scenario("recurrent-gain-too-low", faded(), FAULTY_LENGTH);
  }

  private static Scenario fadingLstm(Optimizer optimizer) {
    return Recipe.classifier(variant(Activation.TANH, optimizer), seed -> Data.memory(seed, LONG))
        .layers(list -> list.layer(new LastTimeStep(lstm(16, 0.5, 0))))
        .scenario("recurrent-gain-too-low", "lstm", faded(), FAULTY_LENGTH);
  }

  private static Expected faded() {
    return Expected.fault(VANISHING_GRADIENT)
        .or(POOR_INITIALIZATION)
        .beside(Aftermath.ofStandstill());
  }

  private static Scenario healthySimple(Optimizer optimizer) {
    return Recipe.classifier(
            variant(Activation.TANH, optimizer), seed -> Data.sequences(seed, SHORT))
        .layers(list -> list.layer(simple(Activation.TANH, 0.9)))
        .rateTimes(0.3)
        .scenario("healthy-simple-rnn", Expected.healthy(), HEALTHY_LENGTH);
  }

  private static Scenario healthyLstm(Optimizer optimizer, int steps, int units) {
    return Recipe.classifier(
            variant(Activation.TANH, optimizer).with(units).batches(4),
            seed -> Data.sequences(seed, steps))
        .layers(list -> list.layer(lstm(units, 1, 1)))
        .rateTimes(optimizer == Optimizer.SGD && steps == LONG ? 0.1 : 0.5)
        .scenario("healthy-lstm", "t" + steps, Expected.healthy(), HEALTHY_LENGTH);
  }

  private static Layer simple(Activation activation, double gain) {
    return recurrent(new SimpleRnn.Builder(), gain).nOut(16).activation(activation).build();
  }

  private static Layer lstm(int units, double gain, double forgetBias) {
    LSTM.Builder builder = recurrent(new LSTM.Builder(), gain);
    builder.forgetGateBiasInit(forgetBias);
    return builder.nOut(units).activation(Activation.TANH).build();
  }

  private static <T extends BaseRecurrentLayer.Builder<T>> T recurrent(T builder, double gain) {
    return builder.weightInitRecurrent(new Orthogonal(gain));
  }
}
