package io.github.dl4jstability.listeners.internal.rules.initialization;

import io.github.dl4jstability.listeners.internal.history.Chain;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What random layers, one behind the other, do to the second moment of a gradient, by mean field
 * theory: layer l with weights of variance σ² and activation f turns the second moment q of its
 * weighted inputs into fanIn·σ²·E[f(√q·z)²] for the next layer, and on the way back the gradient's
 * is multiplied by χ = fanOut·σ²·E[f′(√q·z)²].
 *
 * <p>Source: Schoenholz, Gilmer, Ganguli and Sohl-Dickstein 2017, arXiv:1611.01232: a network
 * trains up to a depth of about 6ξ with ξ = 1/|ln χ|, that is, while |Σ ln χ| is below 6.
 */
final class SignalPropagation {
  private SignalPropagation() {}

  /**
   * Returns Σ ln χ from the last layer's weighted inputs back to the first one's.
   *
   * @param chain the layers, from input to output
   * @param input mean square of what the first layer reads
   * @return the sum, perhaps infinite; empty if an activation function is unknown
   */
  static Optional<Double> logGrowth(List<InitialWeights> chain, double input) {
    double q = chain.get(0).fanIn() * square(chain.get(0).spread()) * input;
    double sum = 0;
    for (int i = 0; i + 1 < chain.size(); i++) {
      Optional<Nonlinearity> activation = Nonlinearity.of(chain.get(i).activation());
      if (activation.isEmpty()) {
        return Optional.empty();
      }
      InitialWeights next = chain.get(i + 1);
      double variance = square(next.spread());
      sum += Math.log(next.fanOut() * variance * activation.get().slopes(q));
      q = next.fanIn() * variance * activation.get().secondMoment(q);
    }
    return Optional.of(sum);
  }

  private static double square(double x) {
    return x * x;
  }

  /** Returns the longest chain of hidden layers that feed each other and nothing in between. */
  static List<InitialWeights> longestChain(NetworkStructure structure, List<InitialWeights> all) {
    Chain chain = new Chain(structure);
    Map<Integer, InitialWeights> byLayer = new HashMap<>();
    all.forEach(weights -> byLayer.put(weights.layer(), weights));
    Map<Integer, List<InitialWeights>> endingAt = new HashMap<>();
    List<InitialWeights> longest = List.of();
    for (int layer = 0; layer < structure.layers().size(); layer++) {
      if (structure.layers().get(layer).output()) {
        continue;
      }
      List<Integer> inputs = chain.inputs(layer);
      List<InitialWeights> before =
          inputs.size() == 1 ? endingAt.getOrDefault(inputs.get(0), List.of()) : List.of();
      List<InitialWeights> extended = extend(structure, layer, before, byLayer.get(layer));
      endingAt.put(layer, extended);
      longest = extended.size() > longest.size() ? extended : longest;
    }
    return longest;
  }

  private static List<InitialWeights> extend(
      NetworkStructure structure,
      int layer,
      List<InitialWeights> before,
      @Nullable InitialWeights own) {
    List<InitialWeights> extended = new ArrayList<>(before);
    if (own != null) {
      extended.add(own);
      return extended;
    }
    boolean hasParameters =
        structure.parameters().stream().anyMatch(parameter -> parameter.layer() == layer);
    if (hasParameters || before.isEmpty()) {
      return List.of();
    }
    String activation = structure.layers().get(layer).activation();
    if (!activation.isEmpty()) {
      int last = extended.size() - 1;
      extended.set(last, extended.get(last).withActivation(activation));
    }
    return extended;
  }
}
