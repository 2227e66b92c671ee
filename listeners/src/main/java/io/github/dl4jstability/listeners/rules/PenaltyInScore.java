package io.github.dl4jstability.listeners.rules;

import io.github.dl4jstability.listeners.observation.NetworkStructure;
import io.github.dl4jstability.listeners.observation.NetworkStructure.Penalty;
import io.github.dl4jstability.listeners.observation.Observation;
import io.github.dl4jstability.measurement.Moments;
import java.util.ArrayList;
import java.util.List;

/**
 * What l1, l2 and weight decay add to the score, from the norms of the weights before the step
 * ({@link Penalties}): that of l2 and decay exactly, that of l1 at most, since l1 makes most
 * weights next to 0. Keeps the norms of the last iteration; 0 where none were measured yet.
 */
final class PenaltyInScore {
  private final List<Layer> penalized = new ArrayList<>();
  private List<Moments> before = List.of();
  private boolean adopted;
  private double squares;
  private double l1;

  private record Layer(Penalty penalty, List<Integer> weights, double count) {
    double norm(List<Moments> parameters) {
      double norm = 0;
      for (int i : weights) {
        norm = Numbers.together(norm, parameters.get(i).l2Norm());
      }
      return norm;
    }
  }

  /** Takes the next observation. */
  void take(Observation observation) {
    if (!adopted) {
      adopted = true;
      adopt(observation.structure());
      before = observation.initialParameters();
    }
    squares = 0;
    l1 = 0;
    for (Layer layer : penalized) {
      double norm = before.isEmpty() ? 0 : layer.norm(before);
      squares += Penalties.ofSquares(layer.penalty(), norm);
      l1 += Penalties.ofL1(layer.penalty(), layer.count(), norm);
    }
    before = observation.parameters();
  }

  /** What l2 and decay added. */
  double ofSquares() {
    return squares;
  }

  /** What l1 added at most. */
  double ofL1() {
    return l1;
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
