package io.github.dl4jstability.listeners.internal.rules.initialization;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * Finds the layer whose initial weights do not follow the scheme of the others.
 *
 * <p>A scheme is a function of the fans: 1/√fanIn, 1/√fanOut, √(2/(fanIn + fanOut)) or a constant.
 * Of these the one counts that the other layers follow best. A single other layer follows each of
 * them, and of several that fit equally the one counts by which the layer is least out of line.
 */
final class OddLayers {
  private static final int FEWEST = 2;
  private static final double ALIKE = 2;

  private static final List<ToDoubleFunction<InitialWeights>> SCHEMES =
      List.of(
          weights -> 1 / Math.sqrt(weights.fanIn()),
          weights -> 1 / Math.sqrt(weights.fanOut()),
          weights -> Math.sqrt(2 / (weights.fanIn() + weights.fanOut())),
          weights -> 1);

  private OddLayers() {}

  /**
   * One layer out of line.
   *
   * @param odd the layer
   * @param timesOthers its scale over the largest among the others
   */
  record Finding(InitialWeights odd, double timesOthers) {}

  /** Among the others under one scheme: largest scale, and the factor between the extremes. */
  private record Fit(double largest, double spread, double odd) {
    double times() {
      return odd / largest;
    }
  }

  /**
   * Returns the layer that is wider than the widest scheme by a factor and than any other layer by
   * another and more than by chance, if the others are alike.
   */
  static Optional<Finding> outOfLine(
      List<InitialWeights> all, double overWidest, double overOthers) {
    if (all.size() < FEWEST) {
      return Optional.empty();
    }
    InitialWeights odd =
        all.stream().max(Comparator.comparingDouble(InitialWeights::overWidest)).orElseThrow();
    List<InitialWeights> others = new ArrayList<>(all);
    others.remove(odd);
    Fit best =
        SCHEMES.stream()
            .map(scheme -> fit(others, odd, scheme))
            .min(Comparator.comparingDouble(Fit::spread).thenComparingDouble(Fit::times))
            .orElseThrow();
    double times = best.times();
    double error =
        Math.hypot(
            odd.margin(), others.stream().mapToDouble(InitialWeights::margin).max().orElse(0));
    boolean found =
        odd.overWidest() > overWidest
            && best.spread() <= ALIKE
            && times > Math.max(overOthers, InitialWeights.GAINS * (1 + error));
    return found ? Optional.of(new Finding(odd, times)) : Optional.empty();
  }

  private static Fit fit(
      List<InitialWeights> others, InitialWeights odd, ToDoubleFunction<InitialWeights> scheme) {
    double[] scales =
        others.stream().mapToDouble(w -> w.spread() / scheme.applyAsDouble(w)).sorted().toArray();
    double largest = scales[scales.length - 1];
    return new Fit(largest, largest / scales[0], odd.spread() / scheme.applyAsDouble(odd));
  }
}
