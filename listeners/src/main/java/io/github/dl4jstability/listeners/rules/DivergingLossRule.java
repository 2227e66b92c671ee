package io.github.dl4jstability.listeners.rules;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.Severity;
import io.github.dl4jstability.listeners.observation.Observation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
final class DivergingLossRule implements Rule {
  private static final double LARGEST_RISE = 3;
  private static final double LIMIT = 2;

  private final LossReference reference;
  private final Verdict verdict = new Verdict();
  private final Cusum cusum = new Cusum(LIMIT);
  private double lowest = Double.POSITIVE_INFINITY;

  DivergingLossRule(LossReference reference) {
    this.reference = reference;
  }

  @Override
  public Set<Condition> conditions() {
    return Set.of(Condition.DIVERGING_LOSS);
  }

  @Override
  public Optional<Diagnosis> judge(Observation observation) {
    reference.take(observation);
    double loss = observation.score();
    double ceiling = reference.ceiling();
    if (!Double.isFinite(loss) || !(ceiling > 0)) {
      return verdict.said();
    }
    lowest = Math.min(lowest, loss);
    double evidence = Math.min(1, Math.log10(loss / (LARGEST_RISE * ceiling)));
    if (!cusum.add(evidence, observation)) {
      return verdict.withdraw();
    }
    return verdict.isDue(observation.iteration())
        ? verdict.say(diagnosis(observation, ceiling), observation.iteration())
        : verdict.said();
  }

  private Diagnosis diagnosis(Observation observation, double ceiling) {
    double loss = observation.score();
    double rate = observation.learningRate();
    Map<String, Double> evidence = new LinkedHashMap<>();
    evidence.put("loss", loss);
    evidence.put("loss at the start", ceiling);
    evidence.put("lowest loss", lowest);
    evidence.put("learning rate", rate);
    return new Diagnosis(
        Condition.DIVERGING_LOSS,
        Severity.ERROR,
        cusum.onsetIteration(),
        cusum.onsetEpoch(),
        List.of(),
        evidence,
        "The loss has risen to "
            + Numbers.text(loss)
            + ", "
            + Numbers.text(loss / ceiling)
            + " times what it was at the start, and has not come back since iteration "
            + cusum.onsetIteration()
            + ".",
        rate > 0
            ? RateAdvice.set(observation, rate / 10) + "."
            : "Lower the learning rate to a tenth.",
        Optional.empty());
  }
}
