package io.github.dl4jstability.listeners.rules;

import io.github.dl4jstability.listeners.observation.NetworkStructure;
import io.github.dl4jstability.listeners.observation.NetworkStructure.Parameter;
import io.github.dl4jstability.listeners.observation.NetworkStructure.Parameter.Role;
import io.github.dl4jstability.listeners.observation.NetworkStructure.Penalty;
import java.util.List;

/** What penalties on weights w add to the loss and to its gradient, from ‖w‖ alone. */
final class Penalties {
  /** ‖w‖₁/(√n·‖w‖) of normally distributed weights. */
  private static final double MEAN_MAGNITUDE = Math.sqrt(2 / Math.PI);

  private Penalties() {}

  static boolean isWeight(Parameter parameter) {
    return parameter.role() == Role.WEIGHT || parameter.role() == Role.RECURRENT_WEIGHT;
  }

  /** Indices of a layer's weights that are trained. */
  static List<Integer> weightsOf(NetworkStructure structure, int layer) {
    return structure.trainedParameters(layer).stream()
        .filter(i -> isWeight(structure.parameters().get(i)))
        .toList();
  }

  /** How many weights of a layer are trained. */
  static double weights(NetworkStructure structure, int layer) {
    double count = 0;
    for (int i : weightsOf(structure, layer)) {
      count += structure.parameters().get(i).count();
    }
    return count;
  }

  /** w·p/‖w‖ for the gradient p of l1 and l2: λ₁‖w‖₁/‖w‖ + λ₂‖w‖. */
  static double inGradient(Penalty penalty, double weights, double norm) {
    return penalty.l1() * MEAN_MAGNITUDE * Math.sqrt(weights) + penalty.l2() * norm;
  }

  /** λ₁‖w‖₁ for weights as even as normal ones; less the more of them are next to 0. */
  static double ofL1(Penalty penalty, double weights, double norm) {
    return penalty.l1() * MEAN_MAGNITUDE * Math.sqrt(weights) * norm;
  }

  /** ½(λ₂ + decay)‖w‖²: Deeplearning4j shows decay in the loss as if it were l2. */
  static double ofSquares(Penalty penalty, double norm) {
    return (penalty.l2() + penalty.decay()) * norm * norm / 2;
  }
}
