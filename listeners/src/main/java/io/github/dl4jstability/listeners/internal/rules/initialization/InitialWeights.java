package io.github.dl4jstability.listeners.internal.rules.initialization;

import io.github.dl4jstability.listeners.internal.history.Chain;
import io.github.dl4jstability.listeners.internal.history.RunHistory;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure.Parameter;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure.Parameter.Role;
import io.github.dl4jstability.listeners.internal.observation.Observation;
import io.github.dl4jstability.measurement.Moments;
import java.util.ArrayList;
import java.util.List;

/**
 * The random weights that a layer started from, against the schemes in use.
 *
 * <p>A scheme draws with standard deviation gain / √fan, where the fan is the number of inputs (He,
 * LeCun), or the mean of inputs and outputs (Xavier), whatever the other layers do: sound networks
 * mix these. The number of outputs, and the geometric mean, are fans where the whole network goes
 * by them ({@link FanOutScheme}). The gain is 1 (LeCun, Xavier, orthogonal), and up to the one that
 * keeps the variance of the activation before or behind the weights: 4.82 for sigmoid, 2.35 for
 * softsign, 1.92 for softplus, and 1.8 covers all others (ReLU √3 by variance, tanh 5/3, swish
 * 1.79).
 *
 * <p>A layer that is no wider than by its number of inputs is sound whatever the others are: its
 * weighted inputs have the size that its inputs have.
 *
 * @param layer index of the layer
 * @param count number of weights
 * @param spread their root mean square
 * @param fanIn number of inputs to a unit
 * @param fanOut number of units that an input reaches
 * @param smallestFan smallest number that a scheme in use would divide by
 * @param before name of the activation function that made the inputs; empty if there is none
 * @param activation name of the activation function behind them
 */
record InitialWeights(
    int layer,
    long count,
    double spread,
    double fanIn,
    double fanOut,
    double smallestFan,
    String before,
    String activation) {
  private static final double LEAST_RANDOM = 0.5;
  private static final double DEVIATIONS = 4;

  /** The largest gain of most activation functions, and so what their gains differ by at most. */
  static final double GAINS = 1.8;

  /**
   * Returns, at the first observation, the layers whose scale means something: with one random
   * weight matrix of known fans that is trained but had not been before, and neither normalized nor
   * bypassed.
   */
  static List<InitialWeights> of(RunHistory history) {
    Observation first = history.now();
    NetworkStructure structure = first.structure();
    Chain chain = new Chain(structure);
    List<InitialWeights> all = new ArrayList<>();
    for (int i = 0; i < first.initialParameters().size(); i++) {
      Parameter parameter = structure.parameters().get(i);
      Moments moments = first.initialParameters().get(i);
      boolean random = moments.standardDeviation() > LEAST_RANDOM * moments.rootMeanSquare();
      if (parameter.role() == Role.WEIGHT
          && parameter.trained()
          && parameter.fanIn() > 0
          && parameter.fanOut() > 0
          && random
          && !history.earlier().of(parameter.layer())
          && isPlain(structure, parameter.layer())) {
        all.add(
            new InitialWeights(
                parameter.layer(),
                parameter.count(),
                moments.rootMeanSquare(),
                parameter.fanIn(),
                parameter.fanOut(),
                Math.min(parameter.fanIn(), (parameter.fanIn() + parameter.fanOut()) / 2),
                activationBefore(structure, chain, parameter.layer()),
                structure.layers().get(parameter.layer()).activation()));
      }
    }
    return FanOutScheme.marked(structure, all);
  }

  private static String activationBefore(NetworkStructure structure, Chain chain, int layer) {
    List<Integer> inputs = chain.inputs(layer);
    return inputs.size() == 1 ? structure.layers().get(inputs.get(0)).activation() : "";
  }

  private static boolean isPlain(NetworkStructure structure, int layer) {
    NetworkStructure.Layer what = structure.layers().get(layer);
    long matrices =
        structure.parameters().stream()
            .filter(parameter -> parameter.layer() == layer)
            .filter(
                parameter ->
                    parameter.role() == Role.WEIGHT || parameter.role() == Role.RECURRENT_WEIGHT)
            .count();
    return matrices == 1
        && !what.type().startsWith("Embedding")
        && !what.setup().normalized()
        && !what.setup().bypassed()
        && !what.setup().frozen();
  }

  /** Standard deviation over that of the widest scheme in use. */
  double overWidest() {
    return gain(smallestFan) / widestGain();
  }

  /** Tells whether it is wider than the widest scheme, by a factor and more than by chance. */
  boolean isBeyondWidest(double factor) {
    return overWidest() > factor * (1 + margin());
  }

  /** Standard deviation over that of the narrowest scheme in use. */
  double overNarrowest() {
    return gain(Math.max(fanIn, fanOut));
  }

  double meanOfFans() {
    return (fanIn + fanOut) / 2;
  }

  double geometricMeanOfFans() {
    return Math.sqrt(fanIn * fanOut);
  }

  /** The gain of the scheme that divides by the root of a fan. */
  double gain(double fan) {
    return spread * Math.sqrt(fan);
  }

  /** The largest gain in use. */
  double widestGain() {
    return Math.max(widestGain(before), widestGain(activation));
  }

  private static double widestGain(String activation) {
    return switch (activation) {
      case "sigmoid", "hardsigmoid" -> 4.82;
      case "softsign" -> 2.35;
      case "softplus" -> 1.92;
      default -> GAINS;
    };
  }

  /** Four times the statistical error 1/√(2n) of the spread of n weights. */
  double margin() {
    return margin(count);
  }

  static double margin(long count) {
    return DEVIATIONS / Math.sqrt(2.0 * count);
  }

  /** Returns the same layer with weights of another spread. */
  InitialWeights withSpread(double newSpread) {
    return new InitialWeights(
        layer, count, newSpread, fanIn, fanOut, smallestFan, before, activation);
  }

  /** Returns the same layer in front of another activation function. */
  InitialWeights withActivation(String newActivation) {
    return new InitialWeights(
        layer, count, spread, fanIn, fanOut, smallestFan, before, newActivation);
  }

  /** Returns the same layer in a network whose scheme divides by another number. */
  InitialWeights withSmallestFan(double fan) {
    return new InitialWeights(layer, count, spread, fanIn, fanOut, fan, before, activation);
  }
}
