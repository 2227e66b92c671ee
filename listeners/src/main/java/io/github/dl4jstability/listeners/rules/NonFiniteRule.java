package io.github.dl4jstability.listeners.rules;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.Severity;
import io.github.dl4jstability.listeners.observation.NetworkStructure;
import io.github.dl4jstability.listeners.observation.NonFinite;
import io.github.dl4jstability.listeners.observation.Observation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * {@link Condition#NON_FINITE}: NaN or infinity anywhere.
 *
 * <p>There is no threshold: one such value is one too many, since IEEE arithmetic spreads it to
 * every parameter within a step. What is reported is the first place where it was seen; what
 * follows in later iterations is its consequence. It is withdrawn after {@value #CLEAN_ITERATIONS}
 * clean iterations.
 */
final class NonFiniteRule implements Rule {
  private static final int CLEAN_ITERATIONS = 20;

  private @Nullable Diagnosis raised;
  private int clean;
  private boolean fromData;

  @Override
  public Set<Condition> conditions() {
    return Set.of(Condition.NON_FINITE);
  }

  @Override
  public Optional<Diagnosis> judge(Observation observation) {
    Optional<NonFinite> seen = observation.nonFinite();
    clean = seen.isPresent() ? 0 : clean + 1;
    if (clean >= CLEAN_ITERATIONS) {
      raised = null;
    }
    if (raised == null && seen.isPresent()) {
      raised = diagnosis(seen.get(), observation);
      fromData =
          seen.get().stage() == NonFinite.Stage.INPUT
              || seen.get().stage() == NonFinite.Stage.LABELS;
    }
    return Optional.ofNullable(raised);
  }

  /** NaN in the data comes from outside. */
  @Override
  public boolean mayBeConsequence() {
    return !fromData;
  }

  private static Diagnosis diagnosis(NonFinite seen, Observation observation) {
    List<NetworkStructure.Layer> layers =
        seen.layers().stream().map(observation.structure().layers()::get).toList();
    Map<String, Double> evidence = new LinkedHashMap<>();
    evidence.put("non-finite values", (double) seen.count());
    evidence.put("loss", observation.score());
    evidence.put("learning rate", observation.learningRate());
    return new Diagnosis(
        Condition.NON_FINITE,
        Severity.ERROR,
        observation.iteration(),
        observation.epoch(),
        layers.stream().map(NetworkStructure.Layer::name).toList(),
        evidence,
        explanation(seen, layers),
        remedy(seen.stage(), observation.learningRate()),
        Optional.empty());
  }

  private static String explanation(NonFinite seen, List<NetworkStructure.Layer> layers) {
    String where =
        layers.isEmpty()
            ? ""
            : " of "
                + layers.stream()
                    .map(NetworkStructure.Layer::title)
                    .limit(3)
                    .collect(Collectors.joining(", "))
                + (layers.size() > 3 ? " and " + (layers.size() - 3) + " more" : "");
    String what =
        "NaN or infinity appeared first in "
            + seen.stage().title()
            + where
            + ", "
            + (seen.stage().isBeforeStep() ? "before" : "after")
            + " the step";
    return switch (seen.stage()) {
      case INPUT, LABELS -> what + ": the data of this minibatch hold it.";
      case PARAMETERS_BEFORE ->
          what + ": the last step, or something outside training, had already broken them.";
      case ACTIVATIONS -> what + ", although its inputs and parameters were finite.";
      case LOSS -> what + ", although outputs and labels were finite.";
      case GRADIENTS -> what + ", although activations and loss were finite: it came up backward.";
      case UPDATES -> what + ", although gradients were finite: the updater overflowed.";
      case PARAMETERS_AFTER -> what + ", although updates were finite: the step was too long.";
    };
  }

  private static String remedy(NonFinite.Stage stage, double learningRate) {
    return switch (stage) {
      case INPUT -> "Remove or replace NaN and infinity in the features of this minibatch.";
      case LABELS -> "Remove or replace NaN and infinity in the labels of this minibatch.";
      case PARAMETERS_BEFORE ->
          "Go back to parameters saved before this iteration, and find what writes to them.";
      case ACTIVATIONS ->
          "Scale the features with a NormalizerStandardize on the iterator, and start from"
              + " .weightInit(new HeNormal()) (ReLU) or .weightInit(new XavierNormal()) (tanh).";
      case LOSS ->
          "Use a loss that fits the output activation (softmax with MCXENT, sigmoid with XENT,"
              + " identity with MSE), and scale the targets of a regression.";
      case GRADIENTS, UPDATES, PARAMETERS_AFTER ->
          "Lower the learning rate"
              + (learningRate > 0
                  ? " from " + Numbers.text(learningRate) + " to " + Numbers.text(learningRate / 10)
                  : "")
              + ", and clip with"
              + " .gradientNormalization(GradientNormalization.ClipL2PerLayer)"
              + ".gradientNormalizationThreshold(1).";
    };
  }
}
