package io.github.dl4jstability.listeners.internal.rules.initialization;

import io.github.dl4jstability.listeners.internal.observation.NetworkStructure;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Finds the layers that a scheme by the number of outputs explains, or by the geometric mean of
 * inputs and outputs, which is near the smaller of them.
 *
 * <p>Such a scheme keeps the size of gradients, and over all layers together it multiplies the
 * square of a signal by inputs / outputs of the whole network (or its root). In one narrow layer
 * alone it would let the signal grow by as much, so it counts only where the hidden layers go by it
 * too. For a layer that means:
 *
 * <ul>
 *   <li>its own gain by that fan is at most the widest in use, and at most that of the other hidden
 *       layers, up to four statistical errors of both: networks that go by these fans are given one
 *       scheme for all layers;
 *   <li>that of each other hidden layer is in use: from {@value #NARROWEST} (a normal distribution
 *       cut off at two deviations has 0.88 of the one it was cut from) to the widest; and
 *   <li>no other fan explains those hidden layers better: their gains by it are as equal as by any
 *       other, up to the statistical error of the least certain. Hidden layers with different
 *       activation functions may have different gains, up to the factor {@value
 *       InitialWeights#GAINS} between the extremes.
 * </ul>
 *
 * <p>Where there is no other hidden layer to ask, the layer's own gain decides.
 */
final class FanOutScheme {
  private static final double NARROWEST = 0.8;

  private static final List<ToDoubleFunction<InitialWeights>> BOUND_TO_OTHERS =
      List.of(InitialWeights::fanOut, InitialWeights::geometricMeanOfFans);

  private static final List<ToDoubleFunction<InitialWeights>> FANS =
      List.of(
          InitialWeights::fanIn,
          InitialWeights::fanOut,
          InitialWeights::meanOfFans,
          InitialWeights::geometricMeanOfFans,
          weights -> 1);

  private FanOutScheme() {}

  /** Returns the layers, with the smaller fan where such a scheme explains them. */
  static List<InitialWeights> marked(NetworkStructure structure, List<InitialWeights> all) {
    List<InitialWeights> hidden =
        all.stream().filter(w -> !structure.layers().get(w.layer()).output()).toList();
    return all.stream().map(w -> explained(w, hidden)).toList();
  }

  private static InitialWeights explained(InitialWeights weights, List<InitialWeights> hidden) {
    List<InitialWeights> others =
        hidden.stream().filter(other -> other.layer() != weights.layer()).toList();
    double smallest = weights.smallestFan();
    for (ToDoubleFunction<InitialWeights> fan : BOUND_TO_OTHERS) {
      double gain = weights.gain(fan.applyAsDouble(weights));
      boolean explains =
          gain <= weights.widestGain() * (1 + weights.margin())
              && gain <= largestLike(others, weights, fan)
              && others.stream().allMatch(other -> isInUse(other, fan))
              && isNoWorseThanOthers(fan, others);
      smallest = explains ? Math.min(smallest, fan.applyAsDouble(weights)) : smallest;
    }
    return weights.withSmallestFan(smallest);
  }

  /** The largest gain that a layer can have by chance if it has that of one of the others. */
  private static double largestLike(
      List<InitialWeights> others, InitialWeights one, ToDoubleFunction<InitialWeights> fan) {
    return others.stream()
        .mapToDouble(
            other ->
                other.gain(fan.applyAsDouble(other))
                    * (1 + Math.hypot(one.margin(), other.margin())))
        .max()
        .orElse(Double.POSITIVE_INFINITY);
  }

  private static boolean isInUse(InitialWeights weights, ToDoubleFunction<InitialWeights> fan) {
    double gain = weights.gain(fan.applyAsDouble(weights));
    double certain = 1 + weights.margin();
    return gain >= NARROWEST / certain && gain <= weights.widestGain() * certain;
  }

  private static boolean isNoWorseThanOthers(
      ToDoubleFunction<InitialWeights> fan, List<InitialWeights> layers) {
    boolean alike = layers.stream().map(InitialWeights::activation).distinct().count() <= 1;
    double best = FANS.stream().mapToDouble(other -> inequality(layers, other)).min().orElse(1);
    double error = layers.stream().mapToDouble(InitialWeights::margin).max().orElse(0);
    return inequality(layers, fan) <= best * (1 + error) * (alike ? 1 : InitialWeights.GAINS);
  }

  /** The factor between the largest and the smallest gain. */
  private static double inequality(
      List<InitialWeights> layers, ToDoubleFunction<InitialWeights> fan) {
    double[] gains =
        layers.stream().mapToDouble(w -> w.gain(fan.applyAsDouble(w))).sorted().toArray();
    return gains.length == 0 ? 1 : gains[gains.length - 1] / gains[0];
  }
}
