package io.github.dl4jstability.listeners.rules;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.observation.Observation;
import io.github.dl4jstability.listeners.observation.StationaryNumbers;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The conditions of a stall: {@link StallDetector} finds it in the losses, the curvature probe
 * looks at the place, {@link StallVerdict} tells what it is. Until the probe has answered, nothing
 * is said; the diagnosis stands as long as the stall lasts, and a later look may change it.
 */
final class StallRule implements Rule {
  /** Weight of a new value in the running mean: the last twenty iterations or so. */
  private static final double NEWEST = 0.05;

  private final StepSizes steps;
  private final StallDetector detector = new StallDetector();
  private @Nullable Stall stall;
  private @Nullable StationaryNumbers numbers;
  private @Nullable String refusal;
  private @Nullable Diagnosis diagnosis;

  private int firstIteration = -1;
  private double firstLoss = Double.NaN;
  private double highestRate = Double.NaN;
  private double logStep = Double.NaN;
  private double baseline = Double.NaN;
  private boolean cutOff;

  StallRule(StepSizes steps) {
    this.steps = steps;
  }

  @Override
  public Set<Condition> conditions() {
    return Set.of(
        Condition.SADDLE_POINT,
        Condition.PLATEAU,
        Condition.LOCAL_MINIMUM,
        Condition.GRADIENT_NOISE,
        Condition.LEARNING_RATE_TOO_HIGH,
        Condition.LEARNING_RATE_TOO_LOW);
  }

  /** Returns the stall that goes on, if any. */
  Optional<Stall> stall() {
    return Optional.ofNullable(stall);
  }

  /** Returns ‖Δw‖ / ‖g‖ of recent iterations; NaN if unknown. */
  double stepPerGradient() {
    return Math.exp(logStep);
  }

  /** Takes what the probe measured in the present stall. */
  void lookedAt(StationaryNumbers measured) {
    numbers = measured;
    refusal = null;
  }

  /** Takes why the probe has not answered. */
  void notLookedAt(String reason) {
    refusal = reason;
  }

  @Override
  public Optional<Diagnosis> judge(Observation observation) {
    steps.take(observation);
    remember(observation);
    Stall now =
        detector
            .add(
                observation.iteration(),
                observation.epoch(),
                observation.score(),
                observation.learningRate())
            .orElse(null);
    if (now == null || !now.equals(stall)) {
      numbers = null;
      refusal = null;
      diagnosis = null;
    }
    stall = now;
    if (now != null && numbers != null) {
      diagnosis = new StallVerdict(context(now, observation), numbers).diagnosis();
      numbers = null;
    } else if (now != null && refusal != null && diagnosis == null && isOld(now, observation)) {
      diagnosis = StallVerdict.unknown(context(now, observation), refusal);
    }
    return Optional.ofNullable(diagnosis);
  }

  /**
   * Without an answer nothing is said until the run is twice as long as when the stall was found.
   */
  private boolean isOld(Stall present, Observation observation) {
    return observation.iteration() - firstIteration
        >= 2 * (present.foundIteration() - firstIteration);
  }

  private void remember(Observation observation) {
    if (firstIteration < 0) {
      firstIteration = observation.iteration();
    }
    firstLoss = Double.isFinite(firstLoss) ? firstLoss : observation.score();
    highestRate = larger(highestRate, observation.learningRate());
    double step = steps.updateNorm() / steps.gradientNorm();
    if (step > 0 && Double.isFinite(step)) {
      logStep =
          Double.isNaN(logStep) ? Math.log(step) : logStep + NEWEST * (Math.log(step) - logStep);
    }
    observation
        .inspection()
        .ifPresent(
            look -> {
              rememberBaseline(look.baselineLosses());
              cutOff = SilentLayers.isCutOff(observation.structure(), look.silence());
            });
  }

  private void rememberBaseline(List<Double> losses) {
    if (!losses.isEmpty()) {
      baseline = losses.stream().mapToDouble(loss -> loss).sum();
    }
  }

  private static double larger(double a, double b) {
    return Double.isNaN(a) ? b : Double.isNaN(b) ? a : Math.max(a, b);
  }

  private StallContext context(Stall present, Observation observation) {
    double step = Double.isNaN(logStep) ? observation.learningRate() : Math.exp(logStep);
    return new StallContext(
        present,
        observation.iteration() - firstIteration + 1,
        observation.examples(),
        observation.learningRate(),
        highestRate,
        step,
        firstLoss,
        baseline,
        cutOff);
  }
}
