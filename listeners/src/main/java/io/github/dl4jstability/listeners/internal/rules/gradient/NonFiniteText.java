package io.github.dl4jstability.listeners.internal.rules.gradient;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.Evidence;
import io.github.dl4jstability.listeners.Severity;
import io.github.dl4jstability.listeners.internal.advice.RateAdvice;
import io.github.dl4jstability.listeners.internal.diagnosis.DiagnosisBuilder;
import io.github.dl4jstability.listeners.internal.history.Onset;
import io.github.dl4jstability.listeners.internal.history.RunHistory;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure;
import io.github.dl4jstability.listeners.internal.observation.NonFinite;
import io.github.dl4jstability.listeners.internal.observation.Observation;
import java.util.List;
import java.util.stream.Collectors;

/** Words the diagnosis of values that are not finite. */
final class NonFiniteText {
  private NonFiniteText() {}

  /**
   * Words it.
   *
   * @param seen where they were seen first
   * @param written whether something other than a step wrote them
   */
  static Diagnosis diagnosis(NonFinite seen, boolean written, RunHistory history) {
    Observation now = history.now();
    List<NetworkStructure.Layer> layers =
        seen.layers().stream().map(now.structure().layers()::get).toList();
    DiagnosisBuilder diagnosis =
        DiagnosisBuilder.of(Condition.NON_FINITE)
            .severity(Severity.ERROR)
            .since(Onset.at(now))
            .in(now.structure(), seen.layers())
            .show(Evidence.NON_FINITE_VALUES, (double) seen.count())
            .show(Evidence.LOSS, now.score());
    history.before().ifPresent(last -> diagnosis.show(Evidence.LOSS_BEFORE, last.score()));
    return diagnosis
        .show(Evidence.LEARNING_RATE, now.learningRate())
        .because(explanation(seen, written, layers))
        .remedy(
            written
                ? "Find what writes to these parameters outside the updater, and go on from"
                    + " parameters saved before this iteration."
                : remedy(seen.stage(), now))
        .build();
  }

  private static String explanation(
      NonFinite seen, boolean written, List<NetworkStructure.Layer> layers) {
    String where =
        layers.isEmpty()
            ? ""
            : " of "
                + layers.stream()
                    .map(NetworkStructure.Layer::title)
                    .limit(3)
                    .collect(Collectors.joining(", "))
                + (layers.size() > 3 ? " and " + (layers.size() - 3) + " more" : "");
    String first = "NaN or infinity appeared first in " + seen.stage().title() + where + ", ";
    if (written) {
      return first
          + (seen.stage().isBeforeStep()
              ? "before the step, although they were finite after the last one"
              : "although they were finite before and the step was far too short to overflow them")
          + ": something other than the updater wrote to them.";
    }
    String what = first + (seen.stage().isBeforeStep() ? "before" : "after") + " the step";
    return switch (seen.stage()) {
      case INPUT, LABELS -> what + ": the data of this minibatch hold it.";
      case PARAMETERS_BEFORE ->
          what + ": the last step, or something outside training, had already broken them.";
      case ACTIVATIONS ->
          what + " on the way forward, although its inputs and parameters were finite.";
      case LOSS -> what + ", although the labels and all that was seen before it were finite.";
      case GRADIENTS -> what + " on the way back, although activations and loss were finite.";
      case UPDATES -> what + ", although gradients were finite: the updater overflowed.";
      case PARAMETERS_AFTER -> what + ", although updates were finite: the step was too long.";
    };
  }

  private static String remedy(NonFinite.Stage stage, Observation observation) {
    return switch (stage) {
      case INPUT -> "Remove or replace NaN and infinity in the features of this minibatch.";
      case LABELS -> "Remove or replace NaN and infinity in the labels of this minibatch.";
      case PARAMETERS_BEFORE ->
          "Go back to parameters saved before this iteration, and find what writes to them.";
      case ACTIVATIONS ->
          "Scale the features with a NormalizerStandardize on the iterator, and start from"
              + " .weightInit(new HeNormal()) (ReLU) or .weightInit(new XavierNormal()) (tanh).";
      case LOSS ->
          "Use a loss that fits the output activation:"
              + " new OutputLayer.Builder(LossFunction.MCXENT) with Activation.SOFTMAX, XENT with"
              + " SIGMOID, MSE with IDENTITY; scale the targets of a regression by a"
              + " NormalizerStandardize with fitLabel(true).";
      case GRADIENTS, UPDATES, PARAMETERS_AFTER ->
          "Lower the learning rate"
              + RateAdvice.of(observation).tenth(": ")
              + ", and clip with"
              + " .gradientNormalization(GradientNormalization.ClipL2PerLayer)"
              + ".gradientNormalizationThreshold(1).";
    };
  }
}
