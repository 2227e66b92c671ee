package io.github.dl4jstability.listeners.internal.rules.gradient;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.Evidence;
import io.github.dl4jstability.listeners.Severity;
import io.github.dl4jstability.listeners.internal.advice.Schemes;
import io.github.dl4jstability.listeners.internal.diagnosis.DiagnosisBuilder;
import io.github.dl4jstability.listeners.internal.diagnosis.Rule;
import io.github.dl4jstability.listeners.internal.history.Cusum;
import io.github.dl4jstability.listeners.internal.history.LossLevel;
import io.github.dl4jstability.listeners.internal.history.Numbers;
import io.github.dl4jstability.listeners.internal.history.RunHistory;
import io.github.dl4jstability.listeners.internal.history.StepSizes;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@link Condition#VANISHING_GRADIENT}: the gradient fades from layer to layer on its way to the
 * input, so that early layers stay as they were initialized while late ones learn.
 *
 * <p>For each trainable layer r = ‖g‖ / ‖w‖, the share of its own size by which it moves at rate 1;
 * the network's {@link GradientProfile} takes them from the output to the input. The condition
 * holds where
 *
 * <ul>
 *   <li>a layer's r is below e⁻³ = 0.05 of the largest r nearer to the output, while the loss is
 *       above {@value #NO_BETTER} of a guess's ({@link LossLevel}). Networks train up to a depth of
 *       about 6ξ, where the squared gradient has fallen by e⁶ (Schoenholz et al. 2017,
 *       arXiv:1611.01232). Where the loss has fallen all the same, r has to be below 1e-2: while
 *       the later layer moves by the ordinary 1e-3 of its size per iteration, this one moves by
 *       1e-5 and needs a hundred thousand iterations to move by its own size.
 *   <li>the fall is more than {@value #DEVIATIONS} times what chance gives layers of finite width
 *       (Hanin 2018, arXiv:1801.03744), in standard deviations of its logarithm. And
 *   <li>the fall is spread over depth: at least three steps, none with more than half of its
 *       decades. A fall at one layer has another cause (dead or saturated units), and one layer may
 *       just be large.
 * </ul>
 *
 * <p>All is relative within one iteration, so a converged network, whose gradients are small
 * everywhere, is silent. With an updater that scales each parameter's step by its own gradients
 * (Adam and its kin) early layers move in spite of it, by steps whose direction is faint against
 * the noise: where their update ratios are within a factor of 100 of the later layers' and the loss
 * has fallen, the diagnosis is an information only.
 *
 * <p>The evidence is log10(limit / ratio), summed by {@link Cusum} with limit 10: at least four
 * iterations, ten where the ratio is a tenth of the limit. With initial weights that keep variances
 * level the ratio is near 1 at any depth, and 1e-1 is usual while networks learn.
 *
 * <p>Source: Hochreiter 1998, doi:10.1142/S0218488598000094; Glorot and Bengio 2010.
 */
public final class VanishingGradientRule implements Rule {
  private static final double SMALLEST_RATIO = 1e-2;
  private static final double UNTRAINABLE_RATIO = Math.exp(-3);
  private static final double NO_BETTER = 0.8;
  private static final double DEVIATIONS = 4;
  private static final double LIMIT = 10;

  /** What one iteration may add at most; smaller ratios say the same. */
  private static final double LARGEST_EVIDENCE = 3;

  private final Cusum cusum = new Cusum(LIMIT);
  private @Nullable Diagnosis last;

  @Override
  public Set<Condition> conditions() {
    return Set.of(Condition.VANISHING_GRADIENT);
  }

  @Override
  public Optional<Diagnosis> judge(RunHistory history) {
    Optional<GradientProfile> profile = GradientProfile.of(history);
    double evidence = profile.map(it -> evidence(it, history)).orElse(Double.NaN);
    boolean raised = cusum.add(evidence, history.now());
    if (raised && profile.isPresent() && evidence > 0) {
      last = diagnosis(history, profile.get());
    }
    return raised ? Optional.ofNullable(last) : Optional.empty();
  }

  private static double limit(GradientProfile profile, RunHistory history) {
    return Math.min(
        history.loss().isBelow(NO_BETTER) ? SMALLEST_RATIO : UNTRAINABLE_RATIO,
        Math.exp(-DEVIATIONS * profile.chanceDeviation()));
  }

  private static double evidence(GradientProfile profile, RunHistory history) {
    double beyond = Math.log10(limit(profile, history) / profile.smallestRatio());
    return profile.isFallSpread() ? Math.min(LARGEST_EVIDENCE, beyond) : Math.min(0, -beyond);
  }

  private Diagnosis diagnosis(RunHistory history, GradientProfile profile) {
    List<Integer> faded = profile.layersUpTo(limit(profile, history));
    List<NetworkStructure.Layer> all = history.now().structure().layers();
    NetworkStructure.Layer smallest = all.get(profile.smallestLayer());
    NetworkStructure.Layer reference = all.get(profile.referenceLayer());
    double updateShare = updateShare(history, profile);
    boolean updaterHelps = updateShare >= SMALLEST_RATIO && history.loss().isBelow(NO_BETTER);
    return DiagnosisBuilder.of(Condition.VANISHING_GRADIENT)
        .severity(updaterHelps ? Severity.INFO : Severity.WARNING)
        .since(cusum.onset())
        .in(history.now().structure(), faded)
        .show(Evidence.SMALLEST_RELATIVE_GRADIENT, profile.smallest())
        .show(Evidence.LARGEST_RELATIVE_GRADIENT, profile.reference())
        .show(Evidence.RATIO, profile.smallestRatio())
        .show(Evidence.FACTOR_PER_LAYER, profile.factorPerStep())
        .show(Evidence.UPDATE_RATIO_AGAINST_LATER_LAYERS, updateShare)
        .because(
            "The gradient fades to "
                + Numbers.text(profile.factorPerStep())
                + " of itself at each layer on the way back: relative to the parameters it falls from "
                + Numbers.text(profile.reference())
                + " in "
                + reference.title()
                + " to "
                + Numbers.text(profile.smallest())
                + " in "
                + smallest.title()
                + (updaterHelps
                    ? ", but the updater's own scaling makes up for it."
                    : ", which hardly moves while the later layers learn."))
        .remedy(remedy(smallest))
        .build();
  }

  /** The smallest layer's update ratio against that of the reference layer. */
  private static double updateShare(RunHistory history, GradientProfile profile) {
    StepSizes steps = history.steps();
    return steps.updateRatio(profile.smallestLayer()) / steps.updateRatio(profile.referenceLayer());
  }

  private static String remedy(NetworkStructure.Layer smallest) {
    String normalize = "put a BatchNormalization layer after each of these layers.";
    return switch (smallest.activation()) {
      case "sigmoid", "hardsigmoid" ->
          ".activation(Activation.RELU).weightInit(new HeNormal()) for the hidden layers;"
              + " to keep sigmoid, "
              + normalize;
      case "selu" -> ".weightInit(" + Schemes.fitting(smallest) + ") for these layers.";
      default -> ".weightInit(" + Schemes.fitting(smallest) + ") for these layers, or " + normalize;
    };
  }
}
