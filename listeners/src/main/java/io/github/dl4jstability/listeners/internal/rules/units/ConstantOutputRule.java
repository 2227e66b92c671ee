package io.github.dl4jstability.listeners.internal.rules.units;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.Evidence;
import io.github.dl4jstability.listeners.internal.advice.RateAdvice;
import io.github.dl4jstability.listeners.internal.diagnosis.DiagnosisBuilder;
import io.github.dl4jstability.listeners.internal.diagnosis.Rule;
import io.github.dl4jstability.listeners.internal.history.LossLevel;
import io.github.dl4jstability.listeners.internal.history.Numbers;
import io.github.dl4jstability.listeners.internal.history.Onset;
import io.github.dl4jstability.listeners.internal.history.RunHistory;
import io.github.dl4jstability.listeners.internal.observation.Inspection;
import io.github.dl4jstability.listeners.internal.observation.Inspection.OutputSpread;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@link Condition#CONSTANT_OUTPUT}: the network gives the same answer whatever the features,
 * though the labels differ.
 *
 * <p>For each output let ρ be the standard deviation of the answer between examples over that of
 * the labels. Whatever the answers are, they explain at most 2ρ − ρ² of the variance of the labels
 * (their correlation is at most 1). The condition needs
 *
 * <ul>
 *   <li>ρ below {@value #RATIO}, at each of the last {@value #LOOKS} looks: less than 2 %
 *       explained;
 *   <li>a loss that is still at least {@value #NO_BETTER} of a guess's ({@link LossLevel}); and
 *   <li>an answer that is not waking up: ρ has not doubled since the first of these looks. Networks
 *       that start from tiny weights, or a regression from zeros, have a small ρ too, but it grows
 *       from step to step.
 * </ul>
 *
 * <p>A spread over n examples is off by 1/√(2n) of itself, so chance cannot bring a healthy ρ (0.1
 * and more at random initial weights) below the limit at {@value #LOOKS} looks in a row.
 * Minibatches of one example have no spread and are not judged. It is withdrawn when ρ is above
 * twice the limit or the loss has fallen.
 */
public final class ConstantOutputRule implements Rule {
  private static final double RATIO = 0.01;
  private static final int LOOKS = 8;
  private static final double NO_BETTER = 0.9;
  private static final double WAKING = 2;

  private final List<Deque<Double>> ratios = new ArrayList<>();
  private Onset onset = Onset.NONE;
  private @Nullable Diagnosis raised;

  @Override
  public Set<Condition> conditions() {
    return Set.of(Condition.CONSTANT_OUTPUT);
  }

  @Override
  public boolean waitsForLooks() {
    return true;
  }

  @Override
  public Optional<Diagnosis> judge(RunHistory history) {
    history
        .now()
        .inspection()
        .map(Inspection::outputs)
        .filter(outputs -> Numbers.isAny(outputs, OutputSpread::labelsDiffer))
        .ifPresent(outputs -> look(history, outputs));
    return Optional.ofNullable(raised);
  }

  private void look(RunHistory history, List<OutputSpread> outputs) {
    while (ratios.size() < outputs.size()) {
      ratios.add(new ArrayDeque<>());
    }
    double limit = raised == null ? RATIO : 2 * RATIO;
    List<Integer> constant = new ArrayList<>();
    boolean any = false;
    for (int output = 0; output < outputs.size(); output++) {
      OutputSpread spread = outputs.get(output);
      if (spread.labelsDiffer()) {
        any |= note(ratios.get(output), spread, limit);
        if (isConstant(ratios.get(output))) {
          constant.add(output);
        }
      }
    }
    if (!any) {
      onset = Onset.at(history.now());
    }
    boolean holds = !constant.isEmpty() && !history.loss().isBelow(NO_BETTER);
    raised = holds ? diagnosis(history, outputs, constant) : null;
  }

  /** Returns whether the ratio is below the limit. */
  private static boolean note(Deque<Double> looks, OutputSpread spread, double limit) {
    double ratio = spread.relativeToLabels();
    if (!(ratio < limit)) {
      looks.clear();
      return false;
    }
    looks.addLast(ratio);
    if (looks.size() > LOOKS) {
      looks.removeFirst();
    }
    return true;
  }

  private boolean isConstant(Deque<Double> looks) {
    return looks.size() == LOOKS
        && (raised != null || looks.getLast() <= WAKING * looks.getFirst());
  }

  private Diagnosis diagnosis(
      RunHistory history, List<OutputSpread> outputs, List<Integer> constant) {
    List<NetworkStructure.Layer> layers =
        history.now().structure().layers().stream().filter(NetworkStructure.Layer::output).toList();
    OutputSpread spread = outputs.get(constant.get(0));
    double ratio = spread.relativeToLabels();
    return DiagnosisBuilder.of(Condition.CONSTANT_OUTPUT)
        .since(onset)
        .in(
            constant.stream()
                .filter(output -> output < layers.size())
                .map(layers::get)
                .map(NetworkStructure.Layer::name)
                .toList())
        .show(Evidence.DEVIATION_OF_ANSWERS, spread.betweenExamples())
        .show(Evidence.DEVIATION_OF_LABELS, spread.labelsBetweenExamples())
        .show(Evidence.RATIO, ratio)
        .show(Evidence.LOSS, history.loss().smoothed())
        .show(Evidence.LOSS_OF_A_GUESS, history.loss().reference())
        .because(
            "The answers to different examples differ by "
                + Numbers.text(spread.betweenExamples())
                + " where the labels differ by "
                + Numbers.text(spread.labelsBetweenExamples())
                + ", and the loss of "
                + Numbers.text(history.loss().smoothed())
                + " is no better than that of a guess ("
                + Numbers.text(history.loss().reference())
                + ").")
        .remedy(
            "Look at the layers before the output: .weightInit(new HeNormal()) with"
                + " .activation(Activation.RELU) or a BatchNormalization layer lets the features reach"
                + " it"
                + RateAdvice.of(history.now())
                    .tenth("; if the answers were different before, start again with ")
                + ".")
        .build();
  }
}
