package io.github.dl4jstability.initializers.network;

import static java.util.Objects.requireNonNull;

import io.github.dl4jstability.initializers.Orthogonal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.rng.Random;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Scales each layer's weights, in order, until its output on a batch of real data has variance 1.
 *
 * <p>The weights start orthogonal (or as they are, with {@link #keepingWeights()}). Then the batch
 * runs forward; at each layer of weights (dense, convolution, output) the variance v of the
 * weighted input, over all units and samples, is measured and the weights are multiplied by
 * √(target/v). Layers behind see the scaled output in the same run, so one run usually settles all
 * of them; runs repeat until every layer is within the tolerance, or {@code maximumPasses} are
 * done. Biases are not scaled.
 *
 * <p>Left alone: frozen layers, batch normalization, PReLU, embeddings. Recurrent, attention and
 * other layers that are no function of one weighted input get the orthogonal start, not the
 * scaling: their weighted inputs pass through gates and products. Their row tells the variance of
 * their output, over all samples, units and time steps. Dropout and weight noise are off while
 * measuring. Batch normalization works in inference mode, as in the authors' code; {@link
 * #inTrainingMode()} makes it use the batch.
 *
 * <p>In a residual graph every sum would double the variance. So the last layer of each branch aims
 * at less: at 1/2 where both ways into a sum have a layer of their own, and at 0.05 divided by the
 * number of such sums where one way is an identity shortcut; all sums together then stay within
 * about 0.05 of unit variance. Where a branch ends in batch normalization, its scale (gamma) is set
 * instead.
 *
 * <p>A layer without spread, or with NaN or infinite values, is reported and not scaled. A batch of
 * fewer than 32 samples is warned about.
 *
 * @see <a href="https://arxiv.org/abs/1511.06422">Mishkin and Matas 2016, All you need is a good
 *     init</a>
 */
public final class LayerSequentialUnitVariance {

  private static final Logger LOG = LoggerFactory.getLogger(LayerSequentialUnitVariance.class);
  private static final int SMALL_BATCH = 32;
  private static final double SUM_BUDGET = 0.05;

  private final double tolerance;
  private final int maximumPasses;
  private final boolean startsOrthogonal;
  private final boolean training;
  private final OptionalLong seed;

  private LayerSequentialUnitVariance(
      double tolerance,
      int maximumPasses,
      boolean startsOrthogonal,
      boolean training,
      OptionalLong seed) {
    this.tolerance = tolerance;
    this.maximumPasses = maximumPasses;
    this.startsOrthogonal = startsOrthogonal;
    this.training = training;
    this.seed = seed;
  }

  /**
   * Uses tolerance 0.1, at most 10 passes, an orthogonal start, inference mode.
   *
   * @return the initializer
   */
  public static LayerSequentialUnitVariance create() {
    return new LayerSequentialUnitVariance(0.1, 10, true, false, OptionalLong.empty());
  }

  /**
   * Sets how near the variance must come to the target, relative to it.
   *
   * @param newTolerance positive
   * @return a copy with that tolerance
   */
  public LayerSequentialUnitVariance tolerance(double newTolerance) {
    if (!(newTolerance > 0 && Double.isFinite(newTolerance))) {
      throw new IllegalArgumentException(
          "tolerance must be positive and finite, was " + newTolerance);
    }
    return new LayerSequentialUnitVariance(
        newTolerance, maximumPasses, startsOrthogonal, training, seed);
  }

  /**
   * Sets how many forward runs may scale.
   *
   * @param passes at least 1
   * @return a copy with that limit
   */
  public LayerSequentialUnitVariance maximumPasses(int passes) {
    if (passes < 1) {
      throw new IllegalArgumentException("maximumPasses must be at least 1, was " + passes);
    }
    return new LayerSequentialUnitVariance(tolerance, passes, startsOrthogonal, training, seed);
  }

  /**
   * Scales the present weights instead of starting from orthogonal ones.
   *
   * @return a copy that does so
   */
  public LayerSequentialUnitVariance keepingWeights() {
    return new LayerSequentialUnitVariance(tolerance, maximumPasses, false, training, seed);
  }

  /**
   * Measures with batch normalization in training mode.
   *
   * @return a copy that does so
   */
  public LayerSequentialUnitVariance inTrainingMode() {
    return new LayerSequentialUnitVariance(tolerance, maximumPasses, startsOrthogonal, true, seed);
  }

  /**
   * Makes the orthogonal start reproducible.
   *
   * @param newSeed the seed
   * @return a copy with that seed
   */
  public LayerSequentialUnitVariance seed(long newSeed) {
    return new LayerSequentialUnitVariance(
        tolerance, maximumPasses, startsOrthogonal, training, OptionalLong.of(newSeed));
  }

  /**
   * Initializes a network.
   *
   * @param model a {@code MultiLayerNetwork} or {@code ComputationGraph} after {@code init()}
   * @param features one array per input of the model, with the samples along dimension 0
   * @return what was done
   */
  public LsuvReport initialize(Model model, INDArray... features) {
    requireNonNull(model, "model");
    if (features.length == 0 || features[0].isEmpty()) {
      throw new IllegalArgumentException("features must hold at least one sample, were empty");
    }
    requireInputs(model, features.length);
    List<String> warnings = new ArrayList<>();
    if (features[0].size(0) < SMALL_BATCH) {
      String warning =
          "the batch has "
              + features[0].size(0)
              + " samples; variances are reliable from "
              + SMALL_BATCH;
      warnings.add(warning);
      LOG.warn("Layer-sequential unit variance: {}", warning);
    }
    if (startsOrthogonal) {
      NetworkInitializer start =
          NetworkInitializer.with(RuleSet.of(Rule.weights(new Orthogonal())).asDefaults());
      (seed.isPresent() ? start.seed(seed.getAsLong()) : start).initialize(model);
    }
    Map<String, LsuvStep> steps = steps(model);
    Random random = Nd4j.getRandom();
    long rootState = random.rootState();
    long nodeState = random.nodeState();
    try {
      TappedCopy copy =
          TappedCopy.of(
              model,
              model.params(),
              true,
              tap ->
                  Optional.<ActivationTap.Observer>ofNullable(steps.get(tap.name())).orElse(IDLE));
      run(copy, steps, features);
    } finally {
      random.setStates(rootState, nodeState);
    }
    return new LsuvReport(steps.values().stream().map(LsuvStep::row).toList(), warnings);
  }

  private static void requireInputs(Model model, int given) {
    int wanted =
        model instanceof ComputationGraph graph
            ? graph.getConfiguration().getNetworkInputs().size()
            : 1;
    if (given != wanted) {
      throw new IllegalArgumentException(
          "features must be one array per input of the network, " + wanted + ", was " + given);
    }
  }

  private static final ActivationTap.Observer IDLE = new ActivationTap.Observer() {};

  private void run(TappedCopy copy, Map<String, LsuvStep> steps, INDArray[] features) {
    for (int pass = 0; pass <= maximumPasses; pass++) {
      boolean scales = pass < maximumPasses;
      steps.values().forEach(step -> step.begin(scales));
      copy.forward(training, features);
      if (steps.values().stream().noneMatch(LsuvStep::wasScaled)) {
        return;
      }
    }
  }

  private Map<String, LsuvStep> steps(Model model) {
    Map<String, Double> targets = new HashMap<>();
    List<NetworkParameter> parameters = NetworkParameters.of(model);
    if (model instanceof ComputationGraph graph) {
      residualTargets(graph, parameters, targets);
    }
    Map<String, LsuvStep> steps = new LinkedHashMap<>();
    for (NetworkParameter parameter : parameters) {
      String name = parameter.layerName();
      double target = targets.getOrDefault(name, 1.0);
      boolean isWeight =
          parameter.role() == ParameterRole.WEIGHT
              || parameter.role() == ParameterRole.RECURRENT_WEIGHT;
      if (isWeight && parameter.layer().filter(Tapping::isWeightedSum).isPresent()) {
        // A separable convolution has two kernels; the later one replaces the earlier one.
        steps.put(name, LsuvStep.scaling(name, parameter.array(), target, tolerance));
      } else if (isWeight) {
        steps.putIfAbsent(name, LsuvStep.measuring(name));
      }
    }
    return steps;
  }

  private static void residualTargets(
      ComputationGraph graph, List<NetworkParameter> parameters, Map<String, Double> targets) {
    ResidualSums residual = new ResidualSums(graph);
    Map<String, ResidualSums.Sum> sums = residual.find();
    long shortcuts = sums.values().stream().filter(ResidualSums.Sum::hasFixedShortcut).count();
    for (ResidualSums.Sum sum : sums.values()) {
      double variance = (sum.hasFixedShortcut() ? SUM_BUDGET / shortcuts : 1) / sum.ends().size();
      for (String end : sum.ends()) {
        if (residual.isNormalization(end)) {
          parameters.stream()
              .filter(p -> p.layerName().equals(end) && p.name().equals("gamma"))
              .forEach(p -> p.array().assign(Math.sqrt(variance)));
        } else {
          targets.put(end, variance);
        }
      }
    }
  }
}
