package io.github.dl4jstability.listeners.rules;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.Severity;
import io.github.dl4jstability.listeners.observation.Observation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Words the diagnosis of a rate that is too high. */
final class TooHighRateText {
  /** What a new rate aims at: a tenth of the limit, and steps of a fiftieth of the weights. */
  private static final double GOOD_PROMISE = 0.4;

  private static final double GOOD_SHARE = 0.02;

  private TooHighRateText() {}

  static Diagnosis diagnosis(
      TooLongStep step, Observation observation, StepSizes steps, LossReference reference) {
    double rate = observation.learningRate();
    boolean curvatureKnown = !Double.isNaN(step.growth()) && isPlainDescent(rate, steps);
    double limit = curvatureKnown ? 2 * rate / (1 + step.growth()) : Double.NaN;
    Map<String, Double> evidence = new LinkedHashMap<>();
    evidence.put("learning rate", rate);
    evidence.put("promised share of the loss", step.promise());
    evidence.put("step / weights", step.share());
    if (curvatureKnown) {
      evidence.put("largest stable rate", limit);
      evidence.put("largest curvature", 2 / limit);
    }
    evidence.put("loss", observation.score());
    evidence.put(reference.isGuess() ? "loss of a guess" : "loss at the start", reference.level());
    double better = curvatureKnown ? limit / 2 : rate * betterFactor(step);
    return new Diagnosis(
        Condition.LEARNING_RATE_TOO_HIGH,
        Severity.WARNING,
        step.iteration(),
        step.epoch(),
        List.of(),
        evidence,
        why(step, rate, limit) + now(observation, reference),
        rate > 0
            ? RateAdvice.set(observation, better) + "."
            : "Lower the learning rate to a tenth, and further if that does not do.",
        Optional.empty());
  }

  private static double betterFactor(TooLongStep step) {
    double byPromise = GOOD_PROMISE / step.promise();
    double byShare = GOOD_SHARE / step.share();
    return Double.isNaN(byShare) ? byPromise : Math.min(byPromise, byShare);
  }

  /** Tells whether the step is the rate times the gradient, nothing else. */
  private static boolean isPlainDescent(double rate, StepSizes steps) {
    return Math.abs(steps.updateNorm() / steps.gradientNorm() - rate) <= 0.01 * rate;
  }

  private static String why(TooLongStep step, double rate, double limit) {
    String promise = Numbers.text(step.promise()) + " times itself";
    return switch (step.reason()) {
      case REPLACED ->
          "One step moved the layers by "
              + Numbers.text(step.share())
              + " of their own size and promised to lower the loss by "
              + promise;
      case OVERSHOT ->
          "Step after step promises to lower the loss by "
              + promise
              + ", where 4 is the limit of a descent that converges";
      case SWUNG ->
          "Each gradient points against the one before and is "
              + Numbers.text(step.growth())
              + " times as long: the rate "
              + Numbers.text(rate)
              + (Double.isNaN(limit)
                  ? " is beyond what the curvature allows"
                  : " is above " + Numbers.text(limit) + ", two divided by the curvature");
      case CRASHED ->
          "The last step before numbers broke down promised to lower the loss by "
              + promise
              + ", where 4 is the limit of a descent that converges";
    };
  }

  private static String now(Observation observation, LossReference reference) {
    return "; now the loss is "
        + Numbers.text(observation.score())
        + ", and "
        + Numbers.text(reference.level())
        + (reference.isGuess() ? " for a guess." : " was its start.");
  }
}
