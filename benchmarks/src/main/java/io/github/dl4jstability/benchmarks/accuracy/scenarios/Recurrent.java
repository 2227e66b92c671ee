package io.github.dl4jstability.benchmarks.accuracy.scenarios;

import static io.github.dl4jstability.listeners.Condition.EXPLODING_GRADIENT;
import static io.github.dl4jstability.listeners.Condition.POOR_INITIALIZATION;
import static io.github.dl4jstability.listeners.Condition.VANISHING_GRADIENT;

import io.github.dl4jstability.benchmarks.accuracy.Expected;
import io.github.dl4jstability.benchmarks.accuracy.Scenario;
import io.github.dl4jstability.benchmarks.accuracy.ScenarioProvider;
import io.github.dl4jstability.initializers.Orthogonal;
import io.github.dl4jstability.initializers.XavierNormal;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.weights.IWeightInit;
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
    return Stream.of(
            variants().flatMap(Recurrent::faulty),
            Stream.of(Optimizer.SGD, Optimizer.ADAM).flatMap(Recurrent::healthy),
            variants().flatMap(Recurrent::healthyThatSaturate))
        .flatMap(all -> all);
  }

  private static Stream<Variant> variants() {
    return Stream.of(
        Variant.of(Activation.TANH, Optimizer.SGD, DataType.FLOAT, 8, 16),
        Variant.of(Activation.TANH, Optimizer.ADAM, DataType.DOUBLE, 8, 8),
        Variant.of(Activation.TANH, Optimizer.NESTEROVS, DataType.FLOAT, 4, 32),
        Variant.of(Activation.TANH, Optimizer.RMSPROP, DataType.DOUBLE, 8, 12));
  }

  private static Stream<Scenario> faulty(Variant variant) {
    return Stream.of(
        exploding(variant.with(Activation.IDENTITY)),
        exploding(variant.with(Activation.RELU)),
        exploding(variant),
        fading("", variant, new Orthogonal(0.5)),
        fading("", variant.with(Activation.IDENTITY), new Orthogonal(0.5)),
        fading("", variant.with(Activation.RELU), new Orthogonal(0.5)),
        fading("scaled", variant.with(32), new XavierNormal(0.5)), // few vary too much
        fadingThoughLearned(variant),
        fadingLstm(variant));
  }

  private static Stream<Scenario> healthy(Optimizer optimizer) {
    Variant variant = Variant.of(Activation.TANH, optimizer, DataType.FLOAT, 8, 16);
    return Stream.of(
        healthySimple(variant, 2, SHORT, new Orthogonal(0.9)),
        healthyLstm(variant.with(12).batches(4), SHORT),
        healthyLstm(variant.with(4).batches(4), LONG));
  }

  /** As many inputs of unit variance as units, or more: tanh is steep at few of them. */
  private static Stream<Scenario> healthyThatSaturate(Variant variant) {
    return Stream.of(
        healthySimple(variant, 16, 30, new Orthogonal(0.9)),
        healthySimple(variant.batches(4), 16, LONG, new XavierNormal()),
        healthyRecent(variant));
  }

  /**
   * Recurrent weights multiply the signal by 1.5 at each of 100 steps. Rectifiers let half of its
   * variance through, so there they have to be √2 times as large. With 1.5, inputs of unit variance
   * bring tanh to where its mean squared slope is below 1/1.5², and the gradient does not grow;
   * with 3 it does (the chaotic phase of Poole et al. 2016, arXiv:1606.05340).
   */
  private static Scenario exploding(Variant variant) {
    double gain =
        switch (variant.activation()) {
          case RELU -> 1.5 * Math.sqrt(2);
          case TANH -> 3;
          default -> 1.5;
        };
    return Recipe.classifier(variant, seed -> Data.sequences(seed, LONG))
        .layers(list -> list.layer(simple(variant, new Orthogonal(gain))))
        .scenario(
            "recurrent-gain-too-high",
            Expected.fault(EXPLODING_GRADIENT)
                .or(POOR_INITIALIZATION)
                .beside(Aftermath.ofExplosion()),
            FAULTY_LENGTH);
  }

  /** The first steps decide the class, and each of 95 steps halves what is left of them. */
  private static Scenario fading(String detail, Variant variant, IWeightInit recurrent) {
    return Recipe.classifier(variant, seed -> Data.memory(seed, LONG))
        .layers(list -> list.layer(new LastTimeStep(simple(variant, recurrent))))
        .scenario("recurrent-gain-too-low", detail, faded(), FAULTY_LENGTH);
  }

  /** Asks for no more than a layer can learn that forgets. */
  private static Scenario fadingThoughLearned(Variant variant) {
    return Recipe.classifier(variant, seed -> Data.sequences(seed, 8, LONG))
        .layers(list -> list.layer(simple(variant, new Orthogonal(0.5))))
        .rateTimes(rate(variant, LONG))
        .scenario("recurrent-gain-too-low", "learned", faded(), FAULTY_LENGTH);
  }

  /** Cells that keep σ(−1) = 0.27 at each step; with a bias of 1 that gain is hardly a fault. */
  private static Scenario fadingLstm(Variant variant) {
    return Recipe.classifier(variant, seed -> Data.memory(seed, LONG))
        .layers(list -> list.layer(new LastTimeStep(lstm(variant, 0.5, -1))))
        .scenario("recurrent-gain-too-low", "lstm", faded(), FAULTY_LENGTH);
  }

  private static Expected faded() {
    return Expected.fault(VANISHING_GRADIENT)
        .or(POOR_INITIALIZATION)
        .beside(Aftermath.ofStandstill());
  }

  private static Scenario healthySimple(
      Variant variant, int inputs, int steps, IWeightInit recurrent) {
    String detail =
        "t%d-in%d-%s".formatted(steps, inputs, recurrent instanceof Orthogonal ? "q" : "g");
    return Recipe.classifier(variant, seed -> Data.sequences(seed, inputs, steps))
        .layers(list -> list.layer(simple(variant, recurrent)))
        .rateTimes(rate(variant, steps))
        .scenario("healthy-simple-rnn", detail, Expected.healthy(), HEALTHY_LENGTH);
  }

  private static Scenario healthyLstm(Variant variant, int steps) {
    boolean isSteep = variant.optimizer() == Optimizer.SGD && steps == LONG;
    return Recipe.classifier(variant, seed -> Data.sequences(seed, steps))
        .layers(list -> list.layer(lstm(variant, 1, 1)))
        .rateTimes(isSteep ? 0.1 : 0.5)
        .scenario("healthy-lstm", "t" + steps, Expected.healthy(), HEALTHY_LENGTH);
  }

  /** Far more steps than are needed or within reach. */
  private static Scenario healthyRecent(Variant variant) {
    return Recipe.classifier(variant, seed -> Data.recent(seed, LONG))
        .layers(list -> list.layer(new LastTimeStep(lstm(variant, 1, 1))))
        .scenario("healthy-short-memory", "lstm", Expected.healthy(), HEALTHY_LENGTH);
  }

  /** The loss is a sum over steps, and so is its gradient. */
  private static double rate(Variant variant, int steps) {
    return variant.optimizer().isAdaptive() ? 1 : 6.0 / steps;
  }

  private static Layer simple(Variant variant, IWeightInit recurrent) {
    return new SimpleRnn.Builder()
        .weightInitRecurrent(recurrent)
        .nOut(variant.widths().get(0))
        .activation(variant.activation())
        .build();
  }

  private static Layer lstm(Variant variant, double gain, double forgetBias) {
    return new LSTM.Builder()
        .forgetGateBiasInit(forgetBias)
        .weightInitRecurrent(new Orthogonal(gain))
        .nOut(variant.widths().get(0))
        .activation(Activation.TANH)
        .build();
  }
}
