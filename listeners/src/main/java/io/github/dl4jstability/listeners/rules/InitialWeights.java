package io.github.dl4jstability.listeners.rules;

import io.github.dl4jstability.listeners.observation.NetworkStructure;
import io.github.dl4jstability.listeners.observation.NetworkStructure.Parameter;
import io.github.dl4jstability.listeners.observation.NetworkStructure.Parameter.Role;
import io.github.dl4jstability.listeners.observation.Observation;
import io.github.dl4jstability.measurement.Moments;
import java.util.ArrayList;
import java.util.List;

/**
 * The random weights that a layer started from, against the schemes in use.
 *
 * <p>A scheme draws with standard deviation gain / √fan, where the fan is the number of inputs, the
 * number of outputs or their mean. The gain is 1 (LeCun, Xavier, orthogonal), and up to the one
 * that keeps the variance of the activation: 4.82 for sigmoid, 2.35 for softsign, 1.92 for
 * softplus, and 1.8 covers all others (ReLU √3 by variance, tanh 5/3, swish 1.79).
 *
 * @param layer index of the layer
 * @param count number of weights
 * @param spread their root mean square
 * @param fanIn number of inputs to a unit
 * @param fanOut number of units that an input reaches
 * @param activation name of the activation function behind them
 */
record InitialWeights(
    int layer, long count, double spread, double fanIn, double fanOut, String activation) {
  private static final double LEAST_RANDOM = 0.5;

  /**
   * Returns the layers whose scale means something: with one random weight matrix of known fans
   * that is trained but had not been before, and neither normalized nor bypassed.
   */
  static List<InitialWeights> of(Observation first) {
    NetworkStructure structure = first.structure();
    EarlierTraining earlier = new EarlierTraining(first);
    List<InitialWeights> all = new ArrayList<>();
    for (int i = 0; i < first.initialParameters().size(); i++) {
      Parameter parameter = structure.parameters().get(i);
      Moments moments = first.initialParameters().get(i);
      NetworkStructure.Layer layer = structure.layers().get(parameter.layer());
      boolean random = moments.standardDeviation() > LEAST_RANDOM * moments.rootMeanSquare();
      if (parameter.role() == Role.WEIGHT
          && parameter.trained()
          && parameter.fanIn() > 0
          && parameter.fanOut() > 0
          && random
          && !earlier.of(parameter.layer())
          && isPlain(structure, parameter.layer())) {
        all.add(
            new InitialWeights(
                parameter.layer(),
                parameter.count(),
                moments.rootMeanSquare(),
                parameter.fanIn(),
                parameter.fanOut(),
                layer.activation()));
      }
    }
    return all;
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
    return spread * Math.sqrt(Math.min(fanIn, fanOut)) / widestGain();
  }

  /** Standard deviation over that of the narrowest scheme in use. */
  double overNarrowest() {
    return spread * Math.sqrt(Math.max(fanIn, fanOut));
  }

  private double widestGain() {
    return switch (activation) {
      case "sigmoid", "hardsigmoid" -> 4.82;
      case "softsign" -> 2.35;
      case "softplus" -> 1.92;
      default -> 1.8;
    };
  }

  /** Returns the same layer with weights of another spread. */
  InitialWeights withSpread(double newSpread) {
    return new InitialWeights(layer, count, newSpread, fanIn, fanOut, activation);
  }

  /** Returns the same layer in front of another activation function. */
  InitialWeights withActivation(String newActivation) {
    return new InitialWeights(layer, count, spread, fanIn, fanOut, newActivation);
  }
}
