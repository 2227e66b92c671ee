package io.github.dl4jstability.listeners.internal.history;

import io.github.dl4jstability.listeners.internal.observation.NetworkStructure;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure.Layer;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure.Parameter;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure.Parameter.Role;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure.Penalty;
import io.github.dl4jstability.listeners.internal.observation.Observation;
import io.github.dl4jstability.measurement.Moments;
import java.util.List;

/**
 * The trained weights w of a layer with penalties, and what these add to the loss and to its
 * gradient, from ‖w‖ alone. Norms are NaN where nothing was measured.
 *
 * <p>Keeps the norms of the last iteration; one object for one run.
 */
public final class PenalizedLayer {
  /** ‖w‖₁/(√n·‖w‖) of normally distributed weights. */
  private static final double MEAN_MAGNITUDE = Math.sqrt(2 / Math.PI);

  private final int index;
  private final Layer layer;
  private final List<Integer> weights;
  private final double count;
  private boolean wasMeasured;
  private boolean isMeasured;
  private double before = Double.NaN;
  private double after;
  private double gradient = Double.NaN;
  private double update = Double.NaN;

  /** Starts from the first observation of a run. */
  PenalizedLayer(int index, Observation first) {
    NetworkStructure structure = first.structure();
    this.index = index;
    layer = structure.layers().get(index);
    weights =
        structure.trainedParameters(index).stream()
            .filter(i -> isWeight(structure.parameters().get(i)))
            .toList();
    count = weights.stream().mapToDouble(i -> structure.parameters().get(i).count()).sum();
    isMeasured = !first.initialParameters().isEmpty();
    after = norm(first.initialParameters());
  }

  private static boolean isWeight(Parameter parameter) {
    return parameter.role() == Role.WEIGHT || parameter.role() == Role.RECURRENT_WEIGHT;
  }

  void add(Observation observation) {
    wasMeasured = isMeasured;
    before = after;
    isMeasured = !observation.parameters().isEmpty();
    after = norm(observation.parameters());
    gradient = norm(observation.gradients());
    update = norm(observation.updates());
  }

  private double norm(List<Moments> moments) {
    double norm = moments.isEmpty() ? Double.NaN : 0;
    for (int i : weights) {
      norm = moments.isEmpty() ? norm : Numbers.together(norm, moments.get(i).l2Norm());
    }
    return norm;
  }

  public int index() {
    return index;
  }

  public Layer layer() {
    return layer;
  }

  public Penalty penalty() {
    return layer.setup().penalty();
  }

  /** ‖w‖ before the step. */
  public double before() {
    return before;
  }

  /** ‖w‖ after the step. */
  public double after() {
    return after;
  }

  /** Norm of the gradient by w, without the penalties. */
  public double gradient() {
    return gradient;
  }

  /** Norm of the step of w. */
  public double update() {
    return update;
  }

  /** w·p/‖w‖ for the gradient p of l1 and l2: λ₁‖w‖₁/‖w‖ + λ₂‖w‖. */
  public double inGradient() {
    return inGradient(before);
  }

  /** The same for another norm. */
  public double inGradient(double norm) {
    return penalty().l1() * MEAN_MAGNITUDE * Math.sqrt(count) + penalty().l2() * norm;
  }

  /** ½(λ₂ + decay)‖w‖²: Deeplearning4j shows decay in the loss as if it were l2. */
  double ofSquares() {
    return wasMeasured ? (penalty().l2() + penalty().decay()) * before * before / 2 : 0;
  }

  /** λ₁‖w‖₁ for weights as even as normal ones; less the more of them are next to 0. */
  double ofL1() {
    return wasMeasured ? penalty().l1() * MEAN_MAGNITUDE * Math.sqrt(count) * before : 0;
  }
}
