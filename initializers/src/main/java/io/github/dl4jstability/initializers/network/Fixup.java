package io.github.dl4jstability.initializers.network;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Fixup's scaling rules: makes residual networks trainable without normalization.
 *
 * <p>After a standard initialization ({@link ActivationAware} unless another rule set is given),
 * for a graph with L residual blocks: the last weight layer of each branch becomes 0; the other m −
 * 1 layers of a branch of m are multiplied by L^(−1/(2m − 2)); the weights of the output layers
 * become 0. A branch of one layer becomes 0. The network then starts as its shortcuts, and a step
 * of size η changes its output by an amount of order η, whatever L is.
 *
 * <p>Fixup's third rule, scalar biases before each layer and one scalar multiplier per branch,
 * needs parameters that Deeplearning4j's vertices do not have; ordinary biases take the place of
 * the former. Branches that contain batch normalization are left alone, because normalization
 * undoes the scaling.
 *
 * @see <a href="https://arxiv.org/abs/1901.09321">Zhang, Dauphin and Ma 2019, Fixup
 *     initialization</a>
 */
public final class Fixup {

  private final NetworkInitializer start;

  private Fixup(NetworkInitializer start) {
    this.start = start;
  }

  /**
   * Starts from the recommended rules.
   *
   * @return the initializer
   */
  public static Fixup create() {
    return startingFrom(NetworkInitializer.with(ActivationAware.rules()));
  }

  /**
   * Starts from other weights.
   *
   * @param start what initializes the network first; give it a seed for reproducible weights
   * @return the initializer
   */
  public static Fixup startingFrom(NetworkInitializer start) {
    return new Fixup(requireNonNull(start, "start"));
  }

  /**
   * Initializes a graph.
   *
   * @param graph after {@code init()}, with at least one {@code ElementWiseVertex} that adds a
   *     branch to an identity or projection shortcut
   * @return what the graph looks like afterwards
   * @throws IllegalArgumentException if there is no residual block without batch normalization
   */
  public InitializationTable initialize(ComputationGraph graph) {
    requireNonNull(graph, "graph");
    ResidualSums residual = new ResidualSums(graph);
    Map<String, ResidualSums.Sum> sums = residual.find();
    List<ResidualSums.Sum> blocks =
        sums.values().stream()
            .filter(sum -> sum.ends().stream().noneMatch(residual::isNormalization))
            .toList();
    if (blocks.isEmpty()) {
      throw new IllegalArgumentException(
          "graph must have a residual block without batch normalization, had "
              + sums.size()
              + " residual blocks, all with it");
    }
    start.initialize(graph);
    for (ResidualSums.Sum block : blocks) {
      scaleBranch(graph, residual, block, blocks.size());
    }
    for (String output : graph.getConfiguration().getNetworkOutputs()) {
      if (graph.getLayer(output).conf().getLayer() instanceof BaseOutputLayer) {
        kernel(graph, output).assign(0);
      }
    }
    return NetworkInitializer.with(RuleSet.of()).dryRun((Model) graph);
  }

  private static void scaleBranch(
      ComputationGraph graph, ResidualSums residual, ResidualSums.Sum block, int blocks) {
    List<String> layers = residual.mainBranch(block);
    String last = layers.get(layers.size() - 1);
    kernel(graph, last).assign(0);
    int m = layers.size();
    if (m > 1) {
      double factor = Math.pow(blocks, -1.0 / (2 * m - 2));
      layers.subList(0, m - 1).forEach(layer -> kernel(graph, layer).muli(factor));
    }
  }

  /** The kernel; of a separable convolution's two, the one that mixes channels. */
  private static INDArray kernel(ComputationGraph graph, String layer) {
    Map<String, INDArray> table = graph.getLayer(layer).paramTable();
    INDArray pointwise = table.get("pW");
    return pointwise != null ? pointwise : requireNonNull(table.get("W"), layer + " has no W");
  }
}
