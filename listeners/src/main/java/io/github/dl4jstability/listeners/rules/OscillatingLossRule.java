package io.github.dl4jstability.listeners.rules;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.Severity;
import io.github.dl4jstability.listeners.observation.Observation;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * {@link Condition#OSCILLATING_LOSS}: a loss that swings without getting lower.
 *
 * <p>Blocks of {@value #BLOCK} iterations are compared. The condition holds after a block in which
 *
 * <ul>
 *   <li>the median promise ({@link StepSizes}) is above 4: half of the steps are proven to be
 *       beyond the limit of stability, so they cross the valley and land higher on its other side.
 *       (With momentum the promise is larger for the same rate, by 1/(1 − β) at the most; runs at
 *       good rates with momentum 0.9 stay below 1.3.)
 *   <li>the median loss is no lower than that of the block before, although the steps of a block
 *       claimed to take it away two hundred times;
 *   <li>the median change from one iteration to the next is above a fifth of the median loss: that
 *       is more than minibatches of a run at rest differ where the promise is small;
 *   <li>and the median loss is above a third of what a guess gets. Nearer to its floor a loss may
 *       swing: what is left of it is noise.
 * </ul>
 *
 * <p>Epochs do not matter, since medians over blocks are compared and the bounds are factors. At
 * the edge of stability gradients swing, but the promise is below 1 and the loss falls. It is
 * withdrawn after {@value #CALM_BLOCKS} blocks in a row that do not hold.
 */
final class OscillatingLossRule implements Rule {
  static final int BLOCK = 50;
  private static final int CALM_BLOCKS = 4;
  private static final double OVERSHOOTING = 4;
  private static final double NO_LOWER = 0.95;
  private static final double SWINGING = 0.2;
  private static final double FLOOR = 1.0 / 3;

  private final StepSizes steps;
  private final LossReference reference;
  private final Verdict verdict = new Verdict();
  private final double[] losses = new double[BLOCK];
  private final double[] changes = new double[BLOCK];
  private final double[] promises = new double[BLOCK];
  private int count;
  private int calmBlocks;
  private double last = Double.NaN;
  private double blockBefore = Double.NaN;
  private int onset;
  private int onsetEpoch;

  OscillatingLossRule(StepSizes steps, LossReference reference) {
    this.steps = steps;
    this.reference = reference;
  }

  @Override
  public Set<Condition> conditions() {
    return Set.of(Condition.OSCILLATING_LOSS);
  }

  @Override
  public Optional<Diagnosis> judge(Observation observation) {
    steps.take(observation);
    reference.take(observation);
    double loss = observation.score();
    if (!Double.isFinite(loss) || Double.isNaN(steps.promise())) {
      return verdict.said();
    }
    if (count == 0 && !verdict.stands()) {
      onset = observation.iteration();
      onsetEpoch = observation.epoch();
    }
    losses[count] = loss;
    changes[count] = Double.isNaN(last) ? 0 : Math.abs(loss - last);
    promises[count] = steps.promise();
    last = loss;
    if (++count < BLOCK) {
      return verdict.said();
    }
    count = 0;
    return closeBlock(observation);
  }

  private Optional<Diagnosis> closeBlock(Observation observation) {
    double level = median(losses);
    double promise = median(promises);
    double swing = median(changes) / level;
    boolean holds =
        promise > OVERSHOOTING
            && level >= NO_LOWER * blockBefore
            && swing > SWINGING
            && level > FLOOR * reference.level();
    double before = blockBefore;
    blockBefore = level;
    calmBlocks = holds ? 0 : calmBlocks + 1;
    if (!holds) {
      return calmBlocks >= CALM_BLOCKS ? verdict.withdraw() : verdict.said();
    }
    return verdict.isDue(observation.iteration())
        ? verdict.say(
            diagnosis(observation, level, before, promise, swing), observation.iteration())
        : verdict.said();
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }

  private Diagnosis diagnosis(
      Observation observation, double level, double before, double promise, double swing) {
    double rate = observation.learningRate();
    Map<String, Double> evidence = new LinkedHashMap<>();
    evidence.put("median loss", level);
    evidence.put("median loss before", before);
    evidence.put("median change", swing * level);
    evidence.put("promised share of the loss", promise);
    evidence.put("learning rate", rate);
    return new Diagnosis(
        Condition.OSCILLATING_LOSS,
        Severity.WARNING,
        onset,
        onsetEpoch,
        List.of(),
        evidence,
        "From one iteration to the next the loss changes by "
            + Numbers.text(swing * level)
            + " (median), and over "
            + BLOCK
            + " iterations it went from "
            + Numbers.text(before)
            + " to "
            + Numbers.text(level)
            + ", although each step promised to lower it by "
            + Numbers.text(promise)
            + " times itself.",
        rate > 0
            ? RateAdvice.set(observation, rate * 0.4 / promise) + "."
            : "Lower the learning rate to a tenth.",
        Optional.empty());
  }
}
