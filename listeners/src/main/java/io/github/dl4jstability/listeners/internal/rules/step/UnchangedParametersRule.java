package io.github.dl4jstability.listeners.internal.rules.step;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.Evidence;
import io.github.dl4jstability.listeners.internal.advice.RateAdvice;
import io.github.dl4jstability.listeners.internal.diagnosis.CurrentDiagnosis;
import io.github.dl4jstability.listeners.internal.diagnosis.DiagnosisBuilder;
import io.github.dl4jstability.listeners.internal.diagnosis.Rule;
import io.github.dl4jstability.listeners.internal.history.Numbers;
import io.github.dl4jstability.listeners.internal.history.Onset;
import io.github.dl4jstability.listeners.internal.history.RunHistory;
import io.github.dl4jstability.listeners.internal.history.StepSizes;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure.Layer;
import io.github.dl4jstability.listeners.internal.observation.Observation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * {@link Condition#UNCHANGED_PARAMETERS}: trained parameters that training does not change,
 * although they are not frozen and the rate is not 0.
 *
 * <p>A layer counts if for {@value #PATIENCE} iterations in a row ‖Δ‖ ≤ 3e-8·‖w‖. That is half the
 * distance between neighbouring {@code float}s (2⁻²⁵): a shorter step is lost in rounding, and even
 * where it is not (in {@code double}) a million such steps move the layer by 3 %. Steps of exactly
 * 0 are the common case.
 *
 * <p>Nothing is said if there is nothing to learn: if no layer has a sensitivity ({@link
 * StepSizes}) above 1e-3, or the loss is below a twentieth of what a guess gets. A network that has
 * converged stands still and is well. Nor is it said of layers whose rate is 0, and of those whose
 * step is not 0 but less than a hundredth of rate times gradient: what is left of the step there is
 * the balance between the gradient and a penalty on the weights, which the gradient does not hold.
 *
 * <p>There is no chance in it: rounding either takes the step or it does not.
 */
public final class UnchangedParametersRule implements Rule {
  private static final double LOST_IN_ROUNDING = 0x1p-25;
  private static final int PATIENCE = 100;
  private static final double SMALLEST_SENSITIVITY = 1e-3;
  private static final double LEARNED = 0.05;
  private static final double BALANCED = 0.01;

  private final CurrentDiagnosis current = new CurrentDiagnosis();
  private int[] still = {};
  private int told;

  @Override
  public Set<Condition> conditions() {
    return Set.of(Condition.UNCHANGED_PARAMETERS);
  }

  @Override
  public Optional<Diagnosis> judge(RunHistory history) {
    if (history.now().nonFinite().isPresent()) {
      return current.get();
    }
    List<Layer> layers = history.now().structure().layers();
    if (still.length != layers.size()) {
      still = new int[layers.size()];
    }
    boolean toLearn =
        history.steps().sensitivity() > SMALLEST_SENSITIVITY
            && !(history.now().score() < LEARNED * history.reference().level());
    int unchanged = 0;
    for (int layer = 0; layer < still.length; layer++) {
      boolean stands =
          toLearn
              && history.steps().update(layer)
                  <= LOST_IN_ROUNDING * history.steps().parameters(layer)
              && history.now().learningRate(layer) != 0
              && !isBalanced(history, layer);
      still[layer] = stands ? still[layer] + 1 : 0;
      unchanged += still[layer] >= PATIENCE ? 1 : 0;
    }
    return say(history, layers, unchanged);
  }

  private boolean isBalanced(RunHistory history, int layer) {
    double step = history.steps().update(layer);
    return step > 0
        && step < BALANCED * history.now().learningRate(layer) * history.steps().gradient(layer);
  }

  private Optional<Diagnosis> say(RunHistory history, List<Layer> layers, int unchanged) {
    if (unchanged == 0) {
      told = 0;
      return current.withdraw();
    }
    if (unchanged == told && !current.isDue(history.now().iteration())) {
      return current.get();
    }
    told = unchanged;
    List<String> names = new ArrayList<>();
    int longest = 0;
    double largest = 0;
    for (int layer = 0; layer < still.length; layer++) {
      if (still[layer] >= PATIENCE) {
        names.add(layers.get(layer).name());
        longest = Math.max(longest, still[layer]);
        double step = history.steps().update(layer);
        largest = step > 0 ? Math.max(largest, step / history.steps().parameters(layer)) : largest;
      }
    }
    return current.set(diagnosis(history, names, longest, largest), history.now().iteration());
  }

  private Diagnosis diagnosis(RunHistory history, List<String> names, int longest, double largest) {
    Observation now = history.now();
    DiagnosisBuilder diagnosis =
        DiagnosisBuilder.of(Condition.UNCHANGED_PARAMETERS)
            .since(new Onset(Math.max(0, now.iteration() - longest + 1), now.epoch()))
            .in(names)
            .show(Evidence.ITERATIONS, longest)
            .show(Evidence.LARGEST_UPDATE_RATIO, largest)
            .show(Evidence.LARGEST_SENSITIVITY, history.steps().sensitivity());
    if (now.learningRate() > 0) {
      diagnosis.show(Evidence.LEARNING_RATE, now.learningRate());
    }
    boolean nothing = largest == 0;
    return diagnosis
        .because(
            "For "
                + longest
                + " iterations "
                + (nothing
                    ? "the updates of these layers have been exactly 0"
                    : "these layers have moved by "
                        + Numbers.text(largest)
                        + " of their size at the most, which float numbers lose in rounding")
                + ", although the loss is "
                + Numbers.text(now.score())
                + " and would change by "
                + Numbers.text(history.steps().sensitivity())
                + " times itself if a layer moved by its own size.")
        .remedy(
            nothing
                ? "Look for what stops the gradient on its way to these layers; if they are meant to stay"
                    + " as they are, wrap each in a FrozenLayer."
                : longerSteps(now, largest))
        .build();
  }

  /** Some updaters, like AdaDelta, have no rate. */
  private static String longerSteps(Observation now, double largest) {
    double rate = now.learningRate();
    return rate > 0
        ? RateAdvice.of(now).set(rate * 1e-3 / largest) + ": that makes the update ratio 1e-3."
        : ".updater(new Adam(1e-3)): its steps are of that size, whatever the gradient's.";
  }
}
