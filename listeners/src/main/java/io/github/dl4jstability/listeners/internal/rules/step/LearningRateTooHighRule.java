package io.github.dl4jstability.listeners.internal.rules.step;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.internal.diagnosis.CurrentDiagnosis;
import io.github.dl4jstability.listeners.internal.diagnosis.Rule;
import io.github.dl4jstability.listeners.internal.history.Cusum;
import io.github.dl4jstability.listeners.internal.history.Onset;
import io.github.dl4jstability.listeners.internal.history.RunHistory;
import io.github.dl4jstability.listeners.internal.history.StepSizes;
import java.util.Optional;
import java.util.Set;

/**
 * {@link Condition#LEARNING_RATE_TOO_HIGH}: steps too long for the curvature of the loss. It takes
 * both, steps that are too long and a loss that is none the better for them. Any of:
 *
 * <ol>
 *   <li><b>A step that replaces the weights.</b> The promise ({@link StepSizes}) is 4 or more,
 *       which proves a step beyond the limit of stability, the step is at least half as long as the
 *       weights that it changes, in at least half of the layers, and {@value
 *       ReplacedWeights#PATIENCE} iterations later the median loss is still above half of what a
 *       guess gets, or above three times the start at once. The variances that the initial weights
 *       were drawn for are gone after such a step. A step that long which does lower the loss
 *       (Newton's on a quadratic) has a promise of 2 and passes; so does every step of a descent
 *       that converges.
 *   <li><b>Overshooting.</b> The promise stays above 4 while the loss stays above half of what a
 *       guess gets: log10(promise / 4) is summed by {@link Cusum} until 2. Near the floor of the
 *       loss, where noise makes gradients large against the loss, nothing is said.
 *   <li><b>A swing that grows.</b> At least {@value GrowingSwing#SWINGS} gradients in a row point
 *       against the one before (cosine below −0.9) and are at least as long, and the loss is above
 *       twice its start. On a quadratic the factor from one gradient to the next, along the
 *       direction of largest curvature λ, is 1 − ηλ. So a factor −r tells λ = (1 + r)/η, and 2/λ,
 *       the largest rate that converges, is part of the evidence. At the edge of stability
 *       gradients swing too, but the loss is below its start and falls.
 *   <li><b>The last steps before NaN.</b> The promise was 4 or more just before NaN or infinity
 *       came up in training itself.
 * </ol>
 *
 * <p>Before all, a gradient with a sensitivity above 1000 is an explosion, not a matter of the
 * rate: a rate that would suit it suits nothing else. As long as that holds, the first two do not
 * count.
 *
 * <p><b>False alarms.</b> Over healthy runs with five updaters, 18 kinds of network and data and
 * minibatches from one example to all, the promise of the first steps was 2.4 at the most and their
 * replaced share 0.3; with rates 30 to 100 times above the ordinary they were at least 6 and 0.7.
 * For losses that can be negative nothing is said, except by gradients that swing.
 *
 * <p>It is withdrawn when the loss has been below half of a guess's for {@value #CALM} iterations
 * more than it was above.
 *
 * <p>Source: the descent lemma (Nesterov 2004, doi:10.1007/978-1-4419-8853-9, section 1.2.3); Cohen
 * et al. 2021 (arXiv:2103.00065) for the edge of stability.
 */
public final class LearningRateTooHighRule implements Rule {
  static final double LARGEST_PROMISE = 4;
  static final double LARGEST_SENSITIVITY = 1000;
  private static final double NO_BETTER = 0.5;
  private static final int CALM = 50;
  private static final double OVERSHOOT_LIMIT = 2;
  private static final double MOST_EVIDENCE = 0.5;

  private final CurrentDiagnosis current = new CurrentDiagnosis();
  private final ReplacedWeights replaced = new ReplacedWeights();
  private final GrowingSwing swing = new GrowingSwing();
  private final Cusum overshoot = new Cusum(OVERSHOOT_LIMIT);
  private Optional<TooLongStep> last = Optional.empty();
  private int calm;
  private boolean crashed;

  @Override
  public Set<Condition> conditions() {
    return Set.of(Condition.LEARNING_RATE_TOO_HIGH);
  }

  @Override
  public Optional<Diagnosis> judge(RunHistory history) {
    if (crashed) {
      return current.get();
    }
    if (history.now().nonFinite().isPresent()) {
      crashed = true;
      return current.isActive() ? current.get() : say(beforeTheCrash(history), history);
    }
    Optional<TooLongStep> swung = swing.judge(history);
    Optional<TooLongStep> overshot = overshot(history);
    if (current.isActive()) {
      replaced.forget();
    }
    Optional<TooLongStep> waited = current.isActive() ? Optional.empty() : replaced.judge(history);
    Optional<TooLongStep> found = swung.or(() -> waited).or(() -> overshot);
    last = tooLong(history);
    return current.isActive() && isWellAgain(history) ? current.withdraw() : say(found, history);
  }

  private Optional<Diagnosis> say(Optional<TooLongStep> found, RunHistory history) {
    if (found.isEmpty() || !current.isDue(history.now().iteration())) {
      return current.get();
    }
    TooLongStep step = found.get();
    // What is worded anew began when the first was raised.
    TooLongStep since = current.get().map(first -> step.since(Onset.of(first))).orElse(step);
    return current.set(TooHighRateText.diagnosis(since, history), history.now().iteration());
  }

  private boolean isWellAgain(RunHistory history) {
    boolean good =
        history.steps().promise() < LARGEST_PROMISE
            && history.now().score() < NO_BETTER * history.reference().level();
    calm = good ? calm + 1 : Math.max(0, calm - 1);
    if (calm < CALM) {
      return false;
    }
    calm = 0;
    return true;
  }

  private Optional<TooLongStep> overshot(RunHistory history) {
    double loss = history.now().score();
    double level = history.reference().level();
    boolean explodes =
        !overshoot.isAboveZero() && history.steps().sensitivity() > LARGEST_SENSITIVITY;
    boolean counts = loss >= NO_BETTER * level && !explodes;
    double evidence = counts ? Math.log10(history.steps().promise() / LARGEST_PROMISE) : -1;
    boolean raised =
        overshoot.add(
            Double.isNaN(level) ? Double.NaN : Math.min(MOST_EVIDENCE, evidence), history.now());
    return raised && evidence > 0
        ? Optional.of(
            TooLongStep.now(TooLongStep.Reason.OVERSHOT, history).since(overshoot.onset()))
        : Optional.empty();
  }

  /** NaN in the data, or in parameters that no step of ours has touched, is not of the rate. */
  private Optional<TooLongStep> beforeTheCrash(RunHistory history) {
    return switch (history.now().nonFinite().orElseThrow().stage()) {
      case INPUT, LABELS, PARAMETERS_BEFORE -> replaced.suspect();
      case PARAMETERS_AFTER, UPDATES ->
          replaced.suspect().or(() -> last).or(() -> tooLong(history));
      case ACTIVATIONS, LOSS, GRADIENTS -> replaced.suspect().or(() -> last);
    };
  }

  /** The step of this iteration, if it is too long and what it is made of can be measured. */
  private static Optional<TooLongStep> tooLong(RunHistory history) {
    StepSizes steps = history.steps();
    return steps.promise() >= LARGEST_PROMISE && steps.sensitivity() <= LARGEST_SENSITIVITY
        ? Optional.of(TooLongStep.now(TooLongStep.Reason.CRASHED, history))
        : Optional.empty();
  }
}
