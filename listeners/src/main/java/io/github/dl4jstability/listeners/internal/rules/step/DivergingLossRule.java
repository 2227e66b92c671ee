package io.github.dl4jstability.listeners.internal.rules.step;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.Evidence;
import io.github.dl4jstability.listeners.Severity;
import io.github.dl4jstability.listeners.internal.advice.RateAdvice;
import io.github.dl4jstability.listeners.internal.diagnosis.CurrentDiagnosis;
import io.github.dl4jstability.listeners.internal.diagnosis.DiagnosisBuilder;
import io.github.dl4jstability.listeners.internal.diagnosis.Rule;
import io.github.dl4jstability.listeners.internal.history.Cusum;
import io.github.dl4jstability.listeners.internal.history.LossReference;
import io.github.dl4jstability.listeners.internal.history.Numbers;
import io.github.dl4jstability.listeners.internal.history.RunHistory;
import java.util.Optional;
import java.util.Set;

/**
 * {@link Condition#DIVERGING_LOSS}: a loss that rises above where it started and does not come
 * back.
 *
 * <p>The evidence of an iteration is log10(L / 3R), where R is the larger of the start and the loss
 * of a guess ({@link LossReference}); it is summed by {@link Cusum} with limit 2. An iteration can
 * say 1 for and 1 against at the most, so two at least are needed, and one minibatch that the
 * network has never seen the like of says nothing.
 *
 * <p>False alarms: a run that learns has L below R, so at least half a decade speaks against the
 * condition at each iteration. Single examples have losses that vary by σ ≈ 0.5 decades; by Wald's
 * bound the sum then reaches 2 with probability exp(−2·0.5·2/0.5²) = 3e-4 for each time that it
 * left 0, and losses of more than 3R are rare to begin with. From 16 examples on σ is below 0.15
 * and the bound below 1e-30.
 *
 * <p>Losses that can be negative have no scale and are not judged.
 */
public final class DivergingLossRule implements Rule {
  private static final double LARGEST_RISE = 3;
  private static final double LIMIT = 2;

  private final CurrentDiagnosis current = new CurrentDiagnosis();
  private final Cusum cusum = new Cusum(LIMIT);
  private double lowest = Double.POSITIVE_INFINITY;

  @Override
  public Set<Condition> conditions() {
    return Set.of(Condition.DIVERGING_LOSS);
  }

  @Override
  public Optional<Diagnosis> judge(RunHistory history) {
    double loss = history.now().score();
    double ceiling = history.reference().ceiling();
    if (!Double.isFinite(loss) || !(ceiling > 0)) {
      return current.get();
    }
    lowest = Math.min(lowest, loss);
    double evidence = Math.min(1, Math.log10(loss / (LARGEST_RISE * ceiling)));
    if (!cusum.add(evidence, history.now())) {
      return current.withdraw();
    }
    return current.isDue(history.now().iteration())
        ? current.set(diagnosis(history, ceiling), history.now().iteration())
        : current.get();
  }

  private Diagnosis diagnosis(RunHistory history, double ceiling) {
    double loss = history.now().score();
    double rate = history.now().learningRate();
    return DiagnosisBuilder.of(Condition.DIVERGING_LOSS)
        .severity(Severity.ERROR)
        .since(cusum.onset())
        .show(Evidence.LOSS, loss)
        .show(Evidence.LOSS_AT_THE_START, ceiling)
        .show(Evidence.LOWEST_LOSS, lowest)
        .show(Evidence.LEARNING_RATE, rate)
        .because(
            "The loss has risen to "
                + Numbers.text(loss)
                + ", "
                + Numbers.text(loss / ceiling)
                + " times what it was at the start, and has not come back since iteration "
                + cusum.onset().iteration()
                + ".")
        .remedy(RateAdvice.of(history.now()).lowered(rate / 10))
        .build();
  }
}
