package io.github.dl4jstability.listeners.internal.record;

import io.github.dl4jstability.listeners.internal.observation.NetworkStructure;
import io.github.dl4jstability.listeners.internal.observation.NonFinite;
import io.github.dl4jstability.listeners.internal.observation.UnitHealth;
import io.github.dl4jstability.measurement.Moments;
import java.util.List;
import java.util.Optional;

/**
 * One iteration as it was stored. Lists follow {@link NetworkStructure#parameters()} or {@link
 * NetworkStructure#layers()} of the run's {@link NetworkRecord}; statistics have the accuracy of a
 * {@code float}.
 *
 * @param iteration number of the iteration, as the model counts it
 * @param epoch number of the epoch, as the model counts it
 * @param timeMillis milliseconds since 1970 at its end
 * @param score the loss on its minibatch
 * @param examples number of examples in its minibatch
 * @param learningRate rate of the last trainable layer; NaN if it has none
 * @param extremes what happened since the previous frame
 * @param gradients by parameter
 * @param updates by parameter
 * @param parameters by parameter, after the step
 * @param activations by layer
 * @param unitHealth by layer
 * @param nonFinite the first place where NaN or infinity was seen, if any was
 */
public record Frame(
    int iteration,
    int epoch,
    long timeMillis,
    double score,
    int examples,
    double learningRate,
    FrameExtremes extremes,
    List<Moments> gradients,
    List<Moments> updates,
    List<Moments> parameters,
    List<Moments> activations,
    List<UnitHealth> unitHealth,
    Optional<NonFinite> nonFinite) {

  /** Copies the lists. */
  public Frame {
    gradients = List.copyOf(gradients);
    updates = List.copyOf(updates);
    parameters = List.copyOf(parameters);
    activations = List.copyOf(activations);
    unitHealth = List.copyOf(unitHealth);
  }
}
