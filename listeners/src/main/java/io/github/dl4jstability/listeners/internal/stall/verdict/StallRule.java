package io.github.dl4jstability.listeners.internal.stall.verdict;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.internal.advice.RateAdvice;
import io.github.dl4jstability.listeners.internal.diagnosis.Rule;
import io.github.dl4jstability.listeners.internal.history.RunHistory;
import io.github.dl4jstability.listeners.internal.observation.Observation;
import io.github.dl4jstability.listeners.internal.observation.StationaryNumbers;
import io.github.dl4jstability.listeners.internal.rules.units.DeadUnitLayers;
import io.github.dl4jstability.listeners.internal.stall.detection.Stall;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The conditions of a stall: {@link RunHistory} finds it in the losses, the curvature probe looks
 * at the place, {@link StallVerdict} tells what it is. Until the probe has answered, nothing is
 * said; the diagnosis stands as long as the stall lasts, and a later look may change it.
 */
public final class StallRule implements Rule {
  private @Nullable Stall stall;
  private @Nullable StationaryNumbers numbers;
  private @Nullable String refusal;
  private @Nullable Diagnosis diagnosis;

  private boolean cutOff;

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

  @Override
  public boolean judgesStalls() {
    return true;
  }

  @Override
  public void probed(StationaryNumbers measured) {
    numbers = measured;
    refusal = null;
  }

  @Override
  public void notProbed(String reason) {
    refusal = reason;
  }

  @Override
  public Optional<Diagnosis> judge(RunHistory history) {
    Observation observation = history.now();
    observation
        .inspection()
        .ifPresent(
            look -> cutOff = DeadUnitLayers.isCutOff(observation.structure(), look.silence()));
    Stall now = history.stall().orElse(null);
    if (now == null || !now.equals(stall)) {
      numbers = null;
      refusal = null;
      diagnosis = null;
    }
    stall = now;
    if (now != null && numbers != null) {
      diagnosis = new StallVerdict(context(now, history), numbers).diagnosis();
      numbers = null;
    } else if (now != null && refusal != null && diagnosis == null && isOld(now, history)) {
      diagnosis = StallVerdict.unknown(context(now, history), refusal);
    }
    return Optional.ofNullable(diagnosis);
  }

  /**
   * Without an answer nothing is said until the run is twice as long as when the stall was found.
   */
  private static boolean isOld(Stall present, RunHistory history) {
    int start = history.earlier().start();
    return history.now().iteration() - start >= 2 * (present.foundIteration() - start);
  }

  private StallContext context(Stall present, RunHistory history) {
    Observation now = history.now();
    double step = history.steps().stepPerGradient();
    return new StallContext(
        present,
        history.iterations(),
        now.examples(),
        RateAdvice.of(now),
        history.highestRate(),
        Double.isNaN(step) ? now.learningRate() : step,
        history.reference().start(),
        history.reference().guess(),
        cutOff);
  }
}
