package io.github.dl4jstability.listeners.internal.rules.gradient;

import io.github.dl4jstability.listeners.internal.history.RunHistory;
import io.github.dl4jstability.listeners.internal.history.StepSizes;
import io.github.dl4jstability.listeners.internal.observation.Observation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How the gradient relative to the parameters, ‖g‖ / ‖w‖, runs from the output to the input. Layers
 * equally far from the output (parallel branches) count as one step, with the largest of them: the
 * gradient has got that far.
 */
final class GradientProfile {
  /** A floor for zero: the smallest double of full precision. */
  private static final double FLOOR = Double.MIN_NORMAL;

  private static final int FEWEST_STEPS = 3;
  private static final double LARGEST_SHARE_OF_ONE_STEP = 0.5;

  private final List<Step> steps;
  private final int reference;
  private final int smallest;

  /** Units is 0 where it is unknown. */
  private record Step(int layer, double relativeGradient, int units) {}

  private GradientProfile(List<Step> steps) {
    this.steps = steps;
    int largestSoFar = 0;
    int bestReference = 0;
    int bestSmallest = 0;
    double best = 1;
    for (int i = 1; i < steps.size(); i++) {
      double ratio = value(i) / value(largestSoFar, steps);
      if (ratio < best) {
        best = ratio;
        bestReference = largestSoFar;
        bestSmallest = i;
      }
      if (value(i) > value(largestSoFar, steps)) {
        largestSoFar = i;
      }
    }
    this.reference = bestReference;
    this.smallest = bestSmallest;
  }

  /**
   * Returns the present profile; empty if nothing was measured, not all is finite, or nothing
   * flows.
   */
  static Optional<GradientProfile> of(RunHistory history) {
    Observation observation = history.now();
    StepSizes sizes = history.steps();
    if (observation.nonFinite().isPresent()) {
      return Optional.empty();
    }
    List<Step> steps = new ArrayList<>();
    double largest = 0;
    for (List<Integer> layers : observation.structure().trainableByDistance()) {
      Step step = null;
      for (int layer : layers) {
        double parameters = sizes.parameters(layer);
        if (parameters == 0) {
          continue;
        }
        double relative = sizes.gradient(layer) / parameters;
        if (!Double.isFinite(relative)) {
          return Optional.empty();
        }
        if (step == null || relative > step.relativeGradient()) {
          step = new Step(layer, relative, unitsOf(observation, layer));
        }
      }
      if (step != null) {
        steps.add(step);
        largest = Math.max(largest, step.relativeGradient());
      }
    }
    return steps.size() > 1 && largest > 0
        ? Optional.of(new GradientProfile(steps))
        : Optional.empty();
  }

  private static int unitsOf(Observation observation, int layer) {
    return observation.structure().layers().get(layer).setup().units();
  }

  private double value(int step) {
    return value(step, steps);
  }

  private static double value(int step, List<Step> steps) {
    return Math.max(FLOOR, steps.get(step).relativeGradient());
  }

  /** The deepest fall: the smallest value over the largest one nearer to the output. */
  double smallestRatio() {
    return value(smallest) / value(reference);
  }

  double smallest() {
    return steps.get(smallest).relativeGradient();
  }

  int smallestLayer() {
    return steps.get(smallest).layer();
  }

  double reference() {
    return steps.get(reference).relativeGradient();
  }

  int referenceLayer() {
    return steps.get(reference).layer();
  }

  /** The geometric mean of the factors by which the deepest fall goes down from step to step. */
  double factorPerStep() {
    return Math.pow(smallestRatio(), 1.0 / Math.max(1, smallest - reference));
  }

  /** Tells whether the deepest fall takes several steps and no single one makes half of it. */
  boolean isFallSpread() {
    double largestFall = 0;
    for (int i = reference + 1; i <= smallest; i++) {
      largestFall = Math.max(largestFall, Math.log(value(i - 1) / value(i)));
    }
    return smallest - reference >= FEWEST_STEPS
        && largestFall <= LARGEST_SHARE_OF_ONE_STEP * -Math.log(smallestRatio());
  }

  /**
   * The standard deviation of the logarithm of the deepest fall that chance alone gives layers of
   * finite width: √(5/4·Σ 1/n) over the layers passed, with n units each, at random weights that on
   * average keep the gradient (Hanin 2018, arXiv:1801.03744).
   */
  double chanceDeviation() {
    double sum = 0;
    for (int i = reference + 1; i <= smallest; i++) {
      sum += steps.get(i).units() > 0 ? 1.0 / steps.get(i).units() : 0;
    }
    return Math.sqrt(1.25 * sum);
  }

  /**
   * Returns the layers, from input to output, up to the last whose ratio to the reference is below
   * a bound. Those nearer to the input are among them whatever their own ratio: large features may
   * make it larger, but what reaches them has faded as well.
   */
  List<Integer> layersUpTo(double ratio) {
    int first = reference + 1;
    while (first < steps.size() && value(first) >= ratio * value(reference)) {
      first++;
    }
    List<Integer> layers = new ArrayList<>();
    for (int i = steps.size() - 1; i >= first; i--) {
      layers.add(steps.get(i).layer());
    }
    return layers;
  }
}
