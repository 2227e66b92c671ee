package io.github.dl4jstability.listeners.internal.rules.gradient;

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
import io.github.dl4jstability.listeners.internal.history.StepSizes;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure;
import io.github.dl4jstability.listeners.internal.observation.Observation;
import io.github.dl4jstability.listeners.internal.rules.step.LearningRateTooHighRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@link Condition#EXPLODING_GRADIENT}: a gradient so large that it no longer describes the loss
 * over an ordinary step, and that the updater follows all the same.
 *
 * <p>Per layer with gradient g, parameters w before the step, update Δ and a reference loss L (the
 * start or, where it is known and larger, the loss of a guess: {@link LossReference}), it takes
 * both:
 *
 * <ul>
 *   <li><b>sensitivity</b> ‖g‖·‖w‖ / L above 1000: by how much the loss changes, relative to
 *       itself, when the layer moves by its own size along the gradient. An ordinary step moves a
 *       layer by 1e-3 of its size. So above 1000 the first-order change over an ordinary step is
 *       larger than all the loss there is: the gradient has lost its meaning.
 *   <li><b>promise</b> ‖g‖·‖Δ‖ / L above 10: the step taken is too long as well. For gradient
 *       descent at rate η on a quadratic loss with largest curvature λ, ‖g‖² ≤ 2λL, so this ratio
 *       is at most 2ηλ, which is below 4 for every rate at which descent converges (η &lt; 2/λ).
 *       Clipped gradients, and those that Adam scales down, pass.
 * </ul>
 *
 * <p>Both are free of units and of the loss's scale; a converged network has small gradients
 * against its first losses and is silent. Where the run goes on from a converged network, its first
 * losses are no scale: a single hard minibatch is a million times as large. Up to the loss of a
 * guess, which an answer without any look at the features has, no loss is out of the ordinary. A
 * step that is too long along a gradient of ordinary size is a matter of the rate ({@link
 * LearningRateTooHighRule}).
 *
 * <p>The evidence is log10 of the smaller excess, summed by {@link Cusum} with limit 3: a factor of
 * 1000 beyond the threshold raises it at once, a factor of 10 after three iterations. It is raised
 * at once too if NaN or infinity comes up in training itself in the iteration after one beyond the
 * thresholds: what they foretell has happened.
 */
public final class ExplodingGradientRule implements Rule {
  private static final double LARGEST_SENSITIVITY = 1000;
  private static final double LARGEST_PROMISE = 10;
  private static final double LIMIT = 3;

  private final Cusum cusum = new Cusum(LIMIT);
  private final CurrentDiagnosis current = new CurrentDiagnosis();
  private @Nullable Diagnosis suspected;

  @Override
  public Set<Condition> conditions() {
    return Set.of(Condition.EXPLODING_GRADIENT);
  }

  @Override
  public Optional<Diagnosis> judge(RunHistory history) {
    Observation observation = history.now();
    Diagnosis foretold = suspected;
    suspected = null;
    if (foretold != null && !current.isActive() && observation.hasOverflown()) {
      cusum.add(LIMIT, observation);
      return current.set(foretold, observation.iteration());
    }
    int layers = observation.structure().layers().size();
    double evidence = Double.NaN;
    int worst = -1;
    for (int layer = 0; layer < layers; layer++) {
      double excess = excess(layer, history);
      if (!Double.isNaN(excess) && !(excess <= evidence)) {
        evidence = excess;
        worst = layer;
      }
    }
    evidence = Math.log10(evidence);
    boolean raised = cusum.add(evidence, observation);
    if (evidence > 0 && current.isDue(observation.iteration())) {
      suspected = diagnosis(history, worst);
    }
    if (!raised) {
      return current.withdraw();
    }
    return suspected != null && current.isDue(observation.iteration())
        ? current.set(suspected, observation.iteration())
        : current.get();
  }

  /** By how much a layer is beyond both thresholds; below 1 if it is not; NaN if unknown. */
  private static double excess(int layer, RunHistory history) {
    StepSizes steps = history.steps();
    double reference = history.reference().magnitude();
    double gradient = steps.gradient(layer);
    double update = steps.update(layer);
    if (reference == 0 || !Double.isFinite(gradient) || !Double.isFinite(update)) {
      return Double.NaN;
    }
    double sensitivity = gradient * steps.size(layer) / reference;
    double promise = gradient * update / reference;
    return Math.min(sensitivity / LARGEST_SENSITIVITY, promise / LARGEST_PROMISE);
  }

  private Diagnosis diagnosis(RunHistory history, int worst) {
    Observation observation = history.now();
    StepSizes steps = history.steps();
    double reference = history.reference().magnitude();
    List<NetworkStructure.Layer> layers = observation.structure().layers();
    List<String> names = new ArrayList<>();
    for (int layer = 0; layer < layers.size(); layer++) {
      if (excess(layer, history) > 1) {
        names.add(layers.get(layer).name());
      }
    }
    double gradient = steps.gradient(worst);
    double size = steps.size(worst);
    double updateRatio = steps.update(worst) / size;
    boolean ofStart = !(history.reference().guess() == reference);
    return DiagnosisBuilder.of(Condition.EXPLODING_GRADIENT)
        .severity(updateRatio >= 1 ? Severity.ERROR : Severity.WARNING)
        .since(cusum.onset())
        .in(names)
        .show(Evidence.GRADIENT_NORM, gradient)
        .show(Evidence.RELATIVE_GRADIENT, gradient / size)
        .show(Evidence.UPDATE_RATIO, updateRatio)
        .show(Evidence.SENSITIVITY, gradient * size / reference)
        .show(ofStart ? Evidence.FIRST_LOSSES : Evidence.LOSS_OF_A_GUESS, reference)
        .because(
            "The gradient of "
                + layers.get(worst).title()
                + " has norm "
                + Numbers.text(gradient)
                + ", and the step moves the layer by "
                + Numbers.text(updateRatio)
                + " of its own size; to first order that changes the loss by "
                + Numbers.text(gradient * steps.update(worst) / reference)
                + (ofStart
                    ? " times what it was at the start ("
                    : " times what it is for a guess (")
                + Numbers.text(reference)
                + ").")
        .remedy(
            "Clip: .gradientNormalization(GradientNormalization.ClipL2PerLayer)"
                + ".gradientNormalizationThreshold(1)"
                + RateAdvice.of(observation).tenth("; lower the learning rate: ")
                + "; standardize features and regression targets with NormalizerStandardize.")
        .build();
  }
}
