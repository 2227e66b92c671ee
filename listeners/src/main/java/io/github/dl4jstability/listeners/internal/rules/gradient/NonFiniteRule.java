package io.github.dl4jstability.listeners.internal.rules.gradient;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.internal.diagnosis.Rule;
import io.github.dl4jstability.listeners.internal.history.RunHistory;
import io.github.dl4jstability.listeners.internal.history.StepSizes;
import io.github.dl4jstability.listeners.internal.observation.NonFinite;
import io.github.dl4jstability.listeners.internal.observation.Observation;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@link Condition#NON_FINITE}: NaN or infinity anywhere.
 *
 * <p>There is no threshold: one such value is one too many, since IEEE arithmetic spreads it to
 * every parameter within a step. What is reported is the first place where it was seen; what
 * follows in later iterations is its consequence. It is withdrawn after {@value #CLEAN_ITERATIONS}
 * clean iterations.
 *
 * <p><b>Origin.</b> Data that hold it are to blame themselves. So is whoever writes to parameters
 * between two steps: if they were seen finite after the last step, or if no step of the measured
 * length could have made them overflow (‖w‖ before plus ‖Δ‖ below {@value #OVERFLOW}, the range of
 * {@code float}, and Δ finite), then training has not done it. That is also how damage shows that a
 * layer hides: an LSTM with an infinite weight goes on giving finite activations and gradients.
 * Everything else may be the consequence of another condition.
 */
public final class NonFiniteRule implements Rule {
  private static final int CLEAN_ITERATIONS = 20;
  private static final double OVERFLOW = 1e38;

  private @Nullable Diagnosis raised;
  private int clean;
  private boolean fromOutside;

  @Override
  public Set<Condition> conditions() {
    return Set.of(Condition.NON_FINITE);
  }

  @Override
  public Optional<Diagnosis> judge(RunHistory history) {
    Observation observation = history.now();
    Optional<NonFinite> seen = observation.nonFinite();
    clean = seen.isPresent() ? 0 : clean + 1;
    if (clean >= CLEAN_ITERATIONS) {
      raised = null;
    }
    if (raised == null && seen.isPresent()) {
      boolean written = isWritten(seen.get(), history);
      fromOutside = written || isData(seen.get().stage());
      raised = NonFiniteText.diagnosis(seen.get(), written, history);
    }
    return Optional.ofNullable(raised);
  }

  /** What comes from outside training has no cause in it. */
  @Override
  public boolean mayBeConsequence() {
    return !fromOutside;
  }

  private static boolean isData(NonFinite.Stage stage) {
    return stage == NonFinite.Stage.INPUT || stage == NonFinite.Stage.LABELS;
  }

  /** Tells whether something other than a step wrote the parameters that are not finite. */
  private static boolean isWritten(NonFinite seen, RunHistory history) {
    StepSizes steps = history.steps();
    return switch (seen.stage()) {
      case PARAMETERS_BEFORE ->
          history.isNext() && history.before().filter(it -> it.nonFinite().isEmpty()).isPresent();
      case PARAMETERS_AFTER ->
          history.before().isPresent()
              && seen.layers().stream()
                  .allMatch(layer -> steps.size(layer) + steps.update(layer) < OVERFLOW);
      default -> false;
    };
  }
}
