package io.github.dl4jstability.listeners.rules;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.Severity;
import io.github.dl4jstability.listeners.observation.NetworkStructure;
import io.github.dl4jstability.listeners.observation.Observation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@link Condition#EXPLODING_GRADIENT}: a gradient so large that it no longer describes the loss
 * over an ordinary step, and that the updater follows all the same.
 *
 * <p>Per layer with gradient g, parameters w, update Δ and a reference loss L (the median of the
 * run's first losses):
 *
 * <ul>
 *   <li><b>sensitivity</b> e = ‖g‖·‖w‖ / L: by how much the loss changes, relative to itself, when
 *       the layer moves by its own size along the gradient. An ordinary step moves a layer by 1e-3
 *       of its size. So above e = 1000 the first-order change over an ordinary step is larger than
 *       all the loss there is: the gradient has lost its meaning.
 *   <li><b>relative gradient</b> ‖g‖ / ‖w‖ and <b>update ratio</b> ‖Δ‖ / ‖w‖ both above 1: the step
 *       replaces the layer rather than improves it.
 * </ul>
 *
 * <p>Either counts only if the step taken is too long as well: ‖g‖·‖Δ‖ / L above 10. For gradient
 * descent at rate η on a quadratic loss with largest curvature λ, ‖g‖² ≤ 2λL, so this ratio is at
 * most 2ηλ, which is below 4 for every rate at which descent converges (η &lt; 2/λ). Clipped
 * gradients, and those that Adam scales down, pass. All are free of units and of the loss's scale;
 * a converged network has small gradients against its first losses and is silent.
 *
 * <p>The evidence is log10 of the larger excess, summed by {@link Cusum} with limit 3: a factor of
 * 1000 beyond the threshold raises it at once, a factor of 10 after three iterations.
 */
final class ExplodingGradientRule implements Rule {
  private static final double LARGEST_SENSITIVITY = 1000;
  private static final double LARGEST_RATIO = 1;
  private static final double LARGEST_PREDICTED_CHANGE = 10;
  private static final double LIMIT = 3;
  private static final int REFERENCE_LOSSES = 10;

  private final Cusum cusum = new Cusum(LIMIT);
  private final List<Double> firstLosses = new ArrayList<>();
  private double medianLoss = Double.NaN;
  private @Nullable Diagnosis last;

  /** What speaks for an explosion in one layer. */
  private record Excess(int layer, double evidence, double sensitivity) {}

  @Override
  public Set<Condition> conditions() {
    return Set.of(Condition.EXPLODING_GRADIENT);
  }

  @Override
  public Optional<Diagnosis> judge(Observation observation) {
    double loss = referenceLoss(observation.score());
    List<Excess> excesses = new ArrayList<>();
    double evidence = Double.NaN;
    for (int layer = 0; layer < observation.structure().layers().size(); layer++) {
      Excess excess = excess(observation, layer, loss);
      evidence = Double.isNaN(evidence) ? excess.evidence() : larger(evidence, excess.evidence());
      if (excess.evidence() > 0) {
        excesses.add(excess);
      }
    }
    boolean raised = cusum.add(evidence, observation);
    if (raised && !excesses.isEmpty()) {
      last = diagnosis(observation, excesses, loss);
    }
    return raised ? Optional.ofNullable(last) : Optional.empty();
  }

  private static double larger(double a, double b) {
    return Double.isNaN(b) ? a : Math.max(a, b);
  }

  private double referenceLoss(double score) {
    if (firstLosses.size() < REFERENCE_LOSSES && Double.isFinite(score)) {
      firstLosses.add(Math.abs(score));
      double[] sorted = firstLosses.stream().mapToDouble(x -> x).sorted().toArray();
      medianLoss = sorted[(sorted.length - 1) / 2];
    }
    return medianLoss;
  }

  private static Excess excess(Observation observation, int layer, double loss) {
    double gradient = observation.gradientNorm(layer);
    double parameters = observation.parameterNorm(layer);
    double update = observation.updateNorm(layer);
    if (loss == 0 || !Double.isFinite(gradient) || !Double.isFinite(update)) {
      return new Excess(layer, Double.NaN, Double.NaN);
    }
    double sensitivity = gradient * parameters / loss;
    double ratio = Math.min(gradient, update) / parameters;
    double beyond = Math.max(sensitivity / LARGEST_SENSITIVITY, ratio / LARGEST_RATIO);
    double predictedChange = gradient * update / loss / LARGEST_PREDICTED_CHANGE;
    return new Excess(layer, Math.log10(Math.min(beyond, predictedChange)), sensitivity);
  }

  private Diagnosis diagnosis(Observation observation, List<Excess> excesses, double loss) {
    Excess worst =
        excesses.stream().max(Comparator.comparingDouble(Excess::evidence)).orElseThrow();
    List<NetworkStructure.Layer> layers = observation.structure().layers();
    double gradient = observation.gradientNorm(worst.layer());
    double updateRatio = observation.updateRatio(worst.layer());
    Map<String, Double> evidence = new LinkedHashMap<>();
    evidence.put("gradient norm", gradient);
    evidence.put("gradient / parameters", observation.relativeGradient(worst.layer()));
    evidence.put("update / parameters", updateRatio);
    evidence.put("sensitivity", worst.sensitivity());
    evidence.put("first losses", loss);
    return new Diagnosis(
        Condition.EXPLODING_GRADIENT,
        updateRatio >= LARGEST_RATIO ? Severity.ERROR : Severity.WARNING,
        cusum.onsetIteration(),
        cusum.onsetEpoch(),
        excesses.stream().map(excess -> layers.get(excess.layer()).name()).toList(),
        evidence,
        "The gradient of "
            + layers.get(worst.layer()).title()
            + " has norm "
            + Numbers.text(gradient)
            + ", and the step moves the layer by "
            + Numbers.text(updateRatio)
            + " of its own size; to first order that changes the loss by "
            + Numbers.text(gradient * observation.updateNorm(worst.layer()) / loss)
            + " times what it was at the start ("
            + Numbers.text(loss)
            + ").",
        "Clip: .gradientNormalization(GradientNormalization.ClipL2PerLayer)"
            + ".gradientNormalizationThreshold(1)"
            + (observation.learningRate() > 0
                ? "; lower the learning rate from "
                    + Numbers.text(observation.learningRate())
                    + " to "
                    + Numbers.text(observation.learningRate() / 10)
                : "")
            + "; standardize features and regression targets with NormalizerStandardize.",
        Optional.empty());
  }
}
