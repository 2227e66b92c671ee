package io.github.dl4jstability.listeners.internal.rules.step;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.Evidence;
import io.github.dl4jstability.listeners.internal.advice.RateAdvice;
import io.github.dl4jstability.listeners.internal.diagnosis.DiagnosisBuilder;
import io.github.dl4jstability.listeners.internal.history.LossReference;
import io.github.dl4jstability.listeners.internal.history.Numbers;
import io.github.dl4jstability.listeners.internal.history.RunHistory;
import io.github.dl4jstability.listeners.internal.history.StepSizes;
import io.github.dl4jstability.listeners.internal.observation.Observation;

/** Words the diagnosis of a rate that is too high. */
final class TooHighRateText {
  /** What a new rate aims at: a tenth of the limit, and steps of a fiftieth of the weights. */
  private static final double GOOD_PROMISE = 0.4;

  private static final double GOOD_SHARE = 0.02;

  private TooHighRateText() {}

  static Diagnosis diagnosis(TooLongStep step, RunHistory history) {
    Observation now = history.now();
    LossReference reference = history.reference();
    double rate = now.learningRate();
    boolean curvatureKnown = !Double.isNaN(step.growth()) && isPlainDescent(rate, history.steps());
    double limit = curvatureKnown ? 2 * rate / (1 + step.growth()) : Double.NaN;
    DiagnosisBuilder diagnosis =
        DiagnosisBuilder.of(Condition.LEARNING_RATE_TOO_HIGH)
            .since(step.onset())
            .show(Evidence.LEARNING_RATE, rate)
            .show(Evidence.PROMISED_SHARE, step.promise())
            .show(Evidence.STEP_AGAINST_WEIGHTS, step.share());
    if (curvatureKnown) {
      diagnosis
          .show(Evidence.LARGEST_STABLE_RATE, limit)
          .show(Evidence.LARGEST_CURVATURE, 2 / limit);
    }
    double better = curvatureKnown ? limit / 2 : rate * betterFactor(step);
    return diagnosis
        .show(Evidence.LOSS, now.score())
        .show(reference.evidence(), reference.level())
        .because(why(step, rate, limit) + now(now, reference))
        .remedy(RateAdvice.of(now).lowered(better))
        .build();
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
