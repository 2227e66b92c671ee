package io.github.dl4jstability.listeners.internal.rules.gradient;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.Evidence;
import io.github.dl4jstability.listeners.Severity;
import io.github.dl4jstability.listeners.internal.diagnosis.DiagnosisBuilder;
import io.github.dl4jstability.listeners.internal.diagnosis.Rule;
import io.github.dl4jstability.listeners.internal.history.LossLevel;
import io.github.dl4jstability.listeners.internal.history.Numbers;
import io.github.dl4jstability.listeners.internal.history.RunHistory;
import io.github.dl4jstability.listeners.internal.observation.Inspection;
import io.github.dl4jstability.listeners.internal.observation.Inspection.GradientThroughTime;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@link Condition#EXPLODING_GRADIENT} within a recurrent layer: the farther back in time, the
 * larger the gradient.
 *
 * <p>Let d be the change of log10 ‖∂h(T)/∂x(t)‖ for each step back, over a sequence of T steps.
 * Where d·T is above log10 e³ = 1.3, six depths ξ of Schoenholz et al. 2017 (arXiv:1611.01232)
 * taken along time, the layer is chaotic: a small change of an early input changes the last output
 * more than the last input does, and gradients are dominated by what is farthest away. Layers that
 * remember keep d near 0, and saturation makes it negative; so the limit is the same for any cell
 * and length.
 *
 * <p>A warning while the loss is above {@value #NO_BETTER} of a guess's ({@link LossLevel}), and an
 * information where it is not or where gradients are clipped, the usual remedy. It has to hold at
 * two looks in a row, for the same layer; at one where numbers have broken down, since no other
 * will tell.
 *
 * <p>Source: Pascanu, Mikolov and Bengio 2013, arXiv:1211.5063.
 */
public final class ExplodingThroughTimeRule implements Rule {
  private static final double NO_BETTER = 0.8;

  private final ThroughTime growth = new ThroughTime(ThroughTime.LOOKS);
  private @Nullable Diagnosis raised;

  @Override
  public Set<Condition> conditions() {
    return Set.of(Condition.EXPLODING_GRADIENT);
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
        .filter(ThroughTime::isSeen)
        .ifPresent(
            look -> {
              List<Integer> layers =
                  growth.lasting(history.now(), look, layer -> decades(layer) > ThroughTime.SPAN);
              if (history.now().hasOverflown()) {
                layers = growth.withAtLeast(1);
              }
              raised = layers.isEmpty() ? null : diagnosis(history, look, layers);
            });
    if (history.loss().isBelow(NO_BETTER)) {
      raised = ThroughTime.lowered(raised);
    }
    return Optional.ofNullable(raised);
  }

  private static double decades(GradientThroughTime layer) {
    return layer.decadesPerStep() * layer.steps();
  }

  private Diagnosis diagnosis(RunHistory history, Inspection look, List<Integer> layers) {
    List<GradientThroughTime> through = look.gradientsThroughTime();
    List<NetworkStructure.Layer> all = history.now().structure().layers();
    int top =
        layers.stream()
            .max(Comparator.comparingDouble(layer -> decades(through.get(layer))))
            .orElseThrow();
    GradientThroughTime worst = through.get(top);
    boolean clipped =
        layers.stream().allMatch(layer -> !all.get(layer).setup().clipping().isEmpty());
    return DiagnosisBuilder.of(Condition.EXPLODING_GRADIENT)
        .severity(clipped || history.loss().isBelow(NO_BETTER) ? Severity.INFO : Severity.WARNING)
        .since(growth.onset())
        .in(history.now().structure(), layers)
        .show(Evidence.GROWTH_OVER_THE_SEQUENCE, Math.pow(10, decades(worst)))
        .show(Evidence.FACTOR_PER_STEP, Math.pow(10, worst.decadesPerStep()))
        .show(Evidence.DECADES_PER_STEP, worst.decadesPerStep())
        .show(Evidence.STEPS, worst.steps())
        .because(
            "Going back in time, the gradient within "
                + all.get(top).title()
                + " grows by the factor "
                + Numbers.text(Math.pow(10, worst.decadesPerStep()))
                + " at each step, "
                + Numbers.text(Math.pow(10, decades(worst)))
                + " over the "
                + worst.steps()
                + " steps of the sequence: its earliest inputs drown all others.")
        .remedy(
            "Give the recurrent weights a gain of 1: .weightInitRecurrent(new Orthogonal()); and clip:"
                + " .gradientNormalization(GradientNormalization.ClipL2PerLayer)"
                + ".gradientNormalizationThreshold(1).")
        .build();
  }
}
