package io.github.dl4jstability.listeners.internal.history;

import io.github.dl4jstability.listeners.internal.observation.NetworkStructure;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure.Parameter;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure.Parameter.Role;
import io.github.dl4jstability.listeners.internal.observation.Observation;
import io.github.dl4jstability.measurement.Moments;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How long the steps of a run are, measured against the layers and against the loss. With a layer's
 * gradient g, parameters w before the step, update Δ, and the minibatch's loss L:
 *
 * <ul>
 *   <li><b>promise</b> Σ ‖g‖·‖Δ‖ / |L| over the layers: what share of the loss the step takes away
 *       to first order, if it goes along the gradient. For gradient descent at rate η on a loss
 *       that is never negative and has largest curvature λ, ‖g‖² ≤ 2λL, so the promise is at most
 *       2ηλ. A promise above 4 proves η &gt; 2/λ: a step beyond the limit of stability.
 *   <li><b>replaced share</b>: the median over layers of ‖Δ‖ / ‖w‖. A layer's size counts at least
 *       as √(elements / fan-in), what a scheme that keeps variances would give it, so that weights
 *       that start at zero are no exception.
 *   <li><b>sensitivity</b> ‖g‖·‖w‖ / |L|, the largest of the layers: by how much of itself the loss
 *       changes when a layer moves by its own size.
 * </ul>
 *
 * <p>Part of {@link RunHistory}; one pass over the parameters.
 */
public final class StepSizes {
  /** Weight of a new value in the running mean: the last twenty iterations or so. */
  private static final double NEWEST = 0.05;

  private @Nullable NetworkStructure structure;
  private int[] layerOf = {};
  private double[] natural = {};
  private double[] gradients = {};
  private double[] updates = {};
  private double[] before = {};
  private double[] parameters = {};
  private double[] replaced = {};
  private double promise;
  private double replacedShare;
  private double sensitivity;
  private double largestUpdateRatio;
  private double gradientNorm;
  private double updateNorm;
  private double logStep = Double.NaN;

  /** Takes the next observation. */
  @SuppressWarnings("ReferenceEquality")
  void add(Observation observation) {
    if (observation.structure() != structure) {
      adopt(observation.structure());
    }
    double[] lastParameters = parameters;
    parameters = before;
    before = lastParameters;
    sum(observation.gradients(), gradients);
    sum(observation.updates(), updates);
    sum(observation.parameters(), parameters);
    if (!observation.initialParameters().isEmpty()) {
      sum(observation.initialParameters(), before);
    }
    judge(Math.abs(observation.score()));
    rememberStep();
  }

  private void adopt(NetworkStructure newStructure) {
    structure = newStructure;
    int layers = newStructure.layers().size();
    List<Parameter> all = newStructure.parameters();
    layerOf = new int[all.size()];
    natural = new double[layers];
    for (int i = 0; i < layerOf.length; i++) {
      Parameter parameter = all.get(i);
      layerOf[i] = parameter.trained() ? parameter.layer() : -1;
      boolean weight = parameter.role() == Role.WEIGHT || parameter.role() == Role.RECURRENT_WEIGHT;
      if (parameter.trained() && weight && parameter.fanIn() > 0) {
        natural[parameter.layer()] += parameter.count() / parameter.fanIn();
      }
    }
    for (int layer = 0; layer < layers; layer++) {
      natural[layer] = Math.sqrt(natural[layer]);
    }
    gradients = new double[layers];
    updates = new double[layers];
    parameters = new double[layers];
    Arrays.fill(parameters, Double.NaN);
    before = new double[layers];
    replaced = new double[layers];
  }

  /** Norms by layer over its trained parameters; NaN for layers without any. */
  private void sum(List<Moments> moments, double[] norms) {
    Arrays.fill(norms, Double.NaN);
    for (int i = 0; i < moments.size(); i++) {
      int layer = layerOf[i];
      if (layer >= 0) {
        double norm = moments.get(i).l2Norm();
        norms[layer] = Double.isNaN(norms[layer]) ? norm : Numbers.together(norms[layer], norm);
      }
    }
  }

  private void judge(double loss) {
    int judged = 0;
    promise = 0;
    sensitivity = 0;
    largestUpdateRatio = 0;
    gradientNorm = 0;
    updateNorm = 0;
    for (int layer = 0; layer < gradients.length; layer++) {
      double gradient = gradients[layer];
      double update = updates[layer];
      if (Double.isNaN(gradient) || Double.isNaN(update)) {
        continue;
      }
      double size = size(layer);
      promise += gradient * update / loss;
      sensitivity = Math.max(sensitivity, gradient * size / loss);
      largestUpdateRatio = Math.max(largestUpdateRatio, update / size);
      replaced[judged++] = update / Math.max(size, natural[layer]);
      gradientNorm = Numbers.together(gradientNorm, gradient);
      updateNorm = Numbers.together(updateNorm, update);
    }
    Arrays.sort(replaced, 0, judged);
    replacedShare = judged == 0 ? Double.NaN : replaced[(judged - 1) / 2];
    if (judged == 0) {
      promise = Double.NaN;
      sensitivity = Double.NaN;
      largestUpdateRatio = Double.NaN;
    }
  }

  private void rememberStep() {
    double step = updateNorm / gradientNorm;
    if (step > 0 && Double.isFinite(step)) {
      logStep =
          Double.isNaN(logStep) ? Math.log(step) : logStep + NEWEST * (Math.log(step) - logStep);
    }
  }

  /** ‖Δ‖ / ‖g‖ of recent iterations, as a geometric mean; NaN if unknown. */
  public double stepPerGradient() {
    return Math.exp(logStep);
  }

  /** What share of the loss the step promises to take away; NaN if nothing is trained. */
  public double promise() {
    return promise;
  }

  /** The median over layers of the step's length against the layer's size. */
  public double replacedShare() {
    return replacedShare;
  }

  /** By how much of itself the loss changes when the most sensitive layer moves by its own size. */
  public double sensitivity() {
    return sensitivity;
  }

  /** The longest step of a layer against its size. */
  public double largestUpdateRatio() {
    return largestUpdateRatio;
  }

  /** Norm of the whole gradient. */
  public double gradientNorm() {
    return gradientNorm;
  }

  /** Norm of the whole update. */
  public double updateNorm() {
    return updateNorm;
  }

  /** A layer's gradient norm; NaN if it has no trained parameter. */
  public double gradient(int layer) {
    return gradients[layer];
  }

  /** A layer's update norm; NaN if it has no trained parameter. */
  public double update(int layer) {
    return updates[layer];
  }

  /** A layer's parameter norm after the step; NaN if it has no trained parameter. */
  public double parameters(int layer) {
    return parameters[layer];
  }

  /** A layer's update norm over that of its parameters after the step. */
  public double updateRatio(int layer) {
    return updates[layer] / parameters[layer];
  }

  /** A layer's parameter norm before the step or, where that was not seen, after it. */
  public double size(int layer) {
    return Double.isNaN(before[layer]) ? parameters[layer] : before[layer];
  }
}
