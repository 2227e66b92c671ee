package io.github.dl4jstability.listeners.internal.curvature.landscape;

import io.github.dl4jstability.listeners.curvature.LossProfile;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleUnaryOperator;

/**
 * Looks for the lowest loss along a line: at steps a factor 4 apart, then between the neighbours of
 * the best one. The loss along a line of a network may have several valleys; this finds the lowest
 * of those that are wide on the scale of their own distance.
 */
final class LineSearch {
  private static final double COARSE = 4;
  private static final int REFINEMENTS = 4;

  private final DoubleUnaryOperator loss;
  private final BooleanSupplier mayGoOn;
  private final Map<Double, Double> losses = new TreeMap<>();

  LineSearch(DoubleUnaryOperator loss, BooleanSupplier mayGoOn) {
    this.loss = loss;
    this.mayGoOn = mayGoOn;
  }

  LossProfile between(double smallestStep, double largestStep, double lossAtStart) {
    losses.put(0.0, lossAtStart);
    for (double step = largestStep; step >= smallestStep; step /= COARSE) {
      evaluate(step);
    }
    double factor = Math.sqrt(COARSE);
    for (int i = 0; i < REFINEMENTS; i++) {
      double best = best().step();
      if (best == 0) {
        break;
      }
      evaluate(best / factor);
      evaluate(Math.min(largestStep, best * factor));
      factor = Math.sqrt(factor);
    }
    return new LossProfile(
        losses.entrySet().stream()
            .map(entry -> new LossProfile.Point(entry.getKey(), entry.getValue()))
            .toList(),
        best());
  }

  private void evaluate(double step) {
    if (!losses.containsKey(step) && mayGoOn.getAsBoolean()) {
      losses.put(step, loss.applyAsDouble(step));
    }
  }

  /** NaN is never best, and of equal losses the one at the smallest step is. */
  private LossProfile.Point best() {
    return losses.entrySet().stream()
        .filter(entry -> entry.getKey() == 0 || !Double.isNaN(entry.getValue()))
        .min(Comparator.comparingDouble(Map.Entry::getValue))
        .map(entry -> new LossProfile.Point(entry.getKey(), entry.getValue()))
        .orElseThrow();
  }
}
