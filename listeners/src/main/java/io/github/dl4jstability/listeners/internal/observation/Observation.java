package io.github.dl4jstability.listeners.internal.observation;

import io.github.dl4jstability.measurement.Moments;
import java.util.List;
import java.util.Optional;

/**
 * Everything that was measured in one iteration. Lists follow {@link NetworkStructure#parameters()}
 * or {@link NetworkStructure#layers()}; what was not measured is {@link Moments#ABSENT}.
 *
 * @param structure the network
 * @param step which iteration it was, and what the step was like
 * @param arrays moments of all arrays
 * @param unitHealth by layer
 * @param nonFinite the first place where NaN or infinity was seen, if any was
 * @param inspection a closer look, on the iterations that take it
 * @param details histograms and more, on the iterations that take them
 */
public record Observation(
    NetworkStructure structure,
    Step step,
    Arrays arrays,
    List<UnitHealth> unitHealth,
    Optional<NonFinite> nonFinite,
    Optional<Inspection> inspection,
    Optional<Details> details) {

  /** Copies the list. */
  public Observation {
    unitHealth = List.copyOf(unitHealth);
  }

  /**
   * One iteration as training counts it.
   *
   * @param iteration number of the iteration, as the model counts it
   * @param epoch number of the epoch, as the model counts it
   * @param timeMillis milliseconds since 1970 at its end
   * @param score the loss on this minibatch before the step, with the penalties of regularization
   * @param examples number of examples in the minibatch
   * @param learningRate rate of the last trainable layer; NaN if it has none
   * @param learningRates by layer, at this iteration; NaN where its updater has none
   */
  public record Step(
      int iteration,
      int epoch,
      long timeMillis,
      double score,
      int examples,
      double learningRate,
      List<Double> learningRates) {

    /** Copies the list. */
    public Step {
      learningRates = List.copyOf(learningRates);
    }
  }

  /**
   * The moments of all arrays of one iteration.
   *
   * @param gradients by parameter: gradient of the mean loss over the minibatch, before clipping,
   *     regularization and the updater
   * @param updates by parameter: what the step took away from the parameter
   * @param parameters by parameter: its values after the step
   * @param inputs by network input: the features; empty where the look was not thorough
   * @param activations by layer: its output; absent for output layers
   * @param initialParameters by parameter: its values before the first step of the run; present in
   *     the first observation only
   * @param gradientAgreement cosine between this iteration's gradient and the one measured before
   *     it, on a sample of each array: −1 (opposite) where steps swing across a valley, 0
   *     (unrelated) where noise between minibatches rules, 1 (the same) far from any minimum and at
   *     too low a rate; NaN at the first
   */
  public record Arrays(
      List<Moments> gradients,
      List<Moments> updates,
      List<Moments> parameters,
      List<Moments> inputs,
      List<Moments> activations,
      List<Moments> initialParameters,
      double gradientAgreement) {

    /** Copies the lists. */
    public Arrays {
      gradients = List.copyOf(gradients);
      updates = List.copyOf(updates);
      parameters = List.copyOf(parameters);
      inputs = List.copyOf(inputs);
      activations = List.copyOf(activations);
      initialParameters = List.copyOf(initialParameters);
    }
  }

  /**
   * What only charts need, and only some iterations take.
   *
   * @param gradients by parameter, of the mean loss
   * @param updates by parameter
   * @param parameters by parameter
   * @param activations by layer
   * @param learningRates by parameter; NaN where the updater has none
   * @param gradientSumFactor what the gradients have to be multiplied with to become what
   *     Deeplearning4j's hooks show: N if those are sums over N examples
   */
  public record Details(
      List<ArrayHistogram> gradients,
      List<ArrayHistogram> updates,
      List<ArrayHistogram> parameters,
      List<ArrayHistogram> activations,
      List<Double> learningRates,
      double gradientSumFactor) {

    /** Copies the lists. */
    public Details {
      gradients = List.copyOf(gradients);
      updates = List.copyOf(updates);
      parameters = List.copyOf(parameters);
      activations = List.copyOf(activations);
      learningRates = List.copyOf(learningRates);
    }
  }

  /** See {@link Step}. */
  public int iteration() {
    return step.iteration();
  }

  /** See {@link Step}. */
  public int epoch() {
    return step.epoch();
  }

  /** See {@link Step}. */
  public long timeMillis() {
    return step.timeMillis();
  }

  /** See {@link Step}. */
  public double score() {
    return step.score();
  }

  /** See {@link Step}. */
  public int examples() {
    return step.examples();
  }

  /** See {@link Step}. */
  public double learningRate() {
    return step.learningRate();
  }

  /** See {@link Step}. */
  public List<Double> learningRates() {
    return step.learningRates();
  }

  /** See {@link Arrays}. */
  public List<Moments> gradients() {
    return arrays.gradients();
  }

  /** See {@link Arrays}. */
  public List<Moments> updates() {
    return arrays.updates();
  }

  /** See {@link Arrays}. */
  public List<Moments> parameters() {
    return arrays.parameters();
  }

  /** See {@link Arrays}. */
  public List<Moments> inputs() {
    return arrays.inputs();
  }

  /** See {@link Arrays}. */
  public List<Moments> activations() {
    return arrays.activations();
  }

  /** See {@link Arrays}. */
  public List<Moments> initialParameters() {
    return arrays.initialParameters();
  }

  /** See {@link Arrays}. */
  public double gradientAgreement() {
    return arrays.gradientAgreement();
  }

  /**
   * Tells whether training itself came to NaN or infinity in this iteration.
   *
   * @return false too where the data hold them, or something else wrote them to parameters
   */
  public boolean hasOverflown() {
    return nonFinite
        .map(
            found ->
                switch (found.stage()) {
                  case INPUT, LABELS, PARAMETERS_BEFORE -> false;
                  case ACTIVATIONS, LOSS, GRADIENTS, UPDATES, PARAMETERS_AFTER -> true;
                })
        .orElse(false);
  }

  /**
   * Returns a layer's learning rate.
   *
   * @param layer index of the layer
   * @return its own rate or, where that is unknown, the run's
   */
  public double learningRate(int layer) {
    return layer < learningRates().size() ? learningRates().get(layer) : learningRate();
  }

  /**
   * Returns the L2 norm of a layer's gradient over all its trained parameters.
   *
   * @param layer index of the layer
   * @return the norm; NaN if the layer has no trained parameter or gradients were not measured
   */
  public double gradientNorm(int layer) {
    List<Integer> trained = structure.trainedParameters(layer);
    if (gradients().isEmpty() || trained.isEmpty()) {
      return Double.NaN;
    }
    double norm = 0;
    for (int parameter : trained) {
      norm = Math.hypot(norm, gradients().get(parameter).l2Norm());
    }
    return norm;
  }
}
