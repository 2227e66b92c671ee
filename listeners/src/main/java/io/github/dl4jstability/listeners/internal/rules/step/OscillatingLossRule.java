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
import java.util.Arrays;
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
public final class OscillatingLossRule implements Rule {
  static final int BLOCK = 50;
  private static final int CALM_BLOCKS = 4;
  private static final double OVERSHOOTING = 4;
  private static final double NO_LOWER = 0.95;
  private static final double SWINGING = 0.2;
  private static final double FLOOR = 1.0 / 3;

  private final CurrentDiagnosis current = new CurrentDiagnosis();
  private final double[] losses = new double[BLOCK];
  private final double[] changes = new double[BLOCK];
  private final double[] promises = new double[BLOCK];
  private int count;
  private int calmBlocks;
  private double last = Double.NaN;
  private double blockBefore = Double.NaN;
  private Onset onset = Onset.NONE;

  @Override
  public Set<Condition> conditions() {
    return Set.of(Condition.OSCILLATING_LOSS);
  }

  @Override
  public Optional<Diagnosis> judge(RunHistory history) {
    double loss = history.now().score();
    if (!Double.isFinite(loss) || Double.isNaN(history.steps().promise())) {
      return current.get();
    }
    if (count == 0 && !current.isActive()) {
      onset = Onset.at(history.now());
    }
    losses[count] = loss;
    changes[count] = Double.isNaN(last) ? 0 : Math.abs(loss - last);
    promises[count] = history.steps().promise();
    last = loss;
    if (++count < BLOCK) {
      return current.get();
    }
    count = 0;
    return closeBlock(history);
  }

  private Optional<Diagnosis> closeBlock(RunHistory history) {
    double level = median(losses);
    double promise = median(promises);
    double swing = median(changes) / level;
    boolean holds =
        promise > OVERSHOOTING
            && level >= NO_LOWER * blockBefore
            && swing > SWINGING
            && level > FLOOR * history.reference().level();
    double before = blockBefore;
    blockBefore = level;
    calmBlocks = holds ? 0 : calmBlocks + 1;
    if (!holds) {
      return calmBlocks >= CALM_BLOCKS ? current.withdraw() : current.get();
    }
    return current.isDue(history.now().iteration())
        ? current.set(diagnosis(history, level, before, promise, swing), history.now().iteration())
        : current.get();
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }

  private Diagnosis diagnosis(
      RunHistory history, double level, double before, double promise, double swing) {
    double rate = history.now().learningRate();
    return DiagnosisBuilder.of(Condition.OSCILLATING_LOSS)
        .since(onset)
        .show(Evidence.MEDIAN_LOSS, level)
        .show(Evidence.MEDIAN_LOSS_BEFORE, before)
        .show(Evidence.MEDIAN_CHANGE, swing * level)
        .show(Evidence.PROMISED_SHARE, promise)
        .show(Evidence.LEARNING_RATE, rate)
        .because(
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
                + " times itself.")
        .remedy(RateAdvice.of(history.now()).lowered(rate * 0.4 / promise))
        .build();
  }
}
