package io.github.dl4jstability.listeners.rules;

import io.github.dl4jstability.listeners.observation.NetworkStructure;
import io.github.dl4jstability.listeners.observation.NetworkStructure.Penalty;
import io.github.dl4jstability.listeners.observation.Observation;
import io.github.dl4jstability.measurement.Moments;
import java.util.ArrayList;
import java.util.List;

/**
 * What l1, l2 and weight decay add to the score, from the norms of the weights before the step
 * ({@link Penalties}). Keeps the norms of the last iteration; 0 where none were measured yet.
 */
final class PenaltyInScore {
  private final List<Layer> penalized = new ArrayList<>();
  private List<Moments> before = List.of();
  private boolean adopted;

  private record Layer(Penalty penalty, List<Integer> weights, double count) {
    double in(List<Moments> parameters) {
      double norm = 0;
      for (int i : weights) {
        norm = Numbers.together(norm, parameters.get(i).l2Norm());
      }
      return Penalties.inLoss(penalty, count, norm);
    }
  }

  /** The penalty in the score of an observation; each is to be asked for once, in order. */
  double of(Observation observation) {
    if (!adopted) {
      adopted = true;
      adopt(observation.structure());
      before = observation.initialParameters();
    }
    double sum = 0;
    for (Layer layer : penalized) {
      sum += before.isEmpty() ? 0 : layer.in(before);
    }
    before = observation.parameters();
    return sum;
  }

  private void adopt(NetworkStructure structure) {
    for (int layer = 0; layer < structure.layers().size(); layer++) {
      Penalty penalty = structure.layers().get(layer).setup().penalty();
      if (!penalty.equals(Penalty.NONE)) {
        penalized.add(
            new Layer(
                penalty,
                Penalties.weightsOf(structure, layer),
                Penalties.weights(structure, layer)));
      }
    }
  }
}
