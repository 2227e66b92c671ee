package io.github.dl4jstability.initializers.network;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * The residual blocks of a graph: sums of a shortcut and branches.
 *
 * <p>A sum is an {@code ElementWiseVertex} that adds. An input that only the sum reads and that
 * ends in a layer which scales it (a layer of weights, or a batch normalization) is a branch; an
 * input without such a layer is an identity shortcut.
 */
final class ResidualSums {

  /**
   * One sum.
   *
   * @param vertex its name
   * @param ends the layers that scale the branches
   * @param hasFixedShortcut whether one input is not scaled by a layer of its own
   */
  record Sum(String vertex, List<String> ends, boolean hasFixedShortcut) {}

  private final ComputationGraph graph;

  ResidualSums(ComputationGraph graph) {
    this.graph = graph;
  }

  /** The sums by name, in the order of the configuration's topological sort. */
  Map<String, Sum> find() {
    Map<String, Sum> sums = new LinkedHashMap<>();
    for (int index : graph.topologicalSortOrder()) {
      String name = graph.getVertices()[index].getVertexName();
      GraphVertex vertex = graph.getConfiguration().getVertices().get(name);
      boolean isSum =
          vertex instanceof ElementWiseVertex elementWise
              && elementWise.getOp() == ElementWiseVertex.Op.Add;
      if (isSum && inputsOf(name).size() > 1) {
        List<String> ends = new ArrayList<>();
        for (String input : inputsOf(name)) {
          end(input).ifPresent(ends::add);
        }
        if (!ends.isEmpty()) {
          sums.put(name, new Sum(name, List.copyOf(ends), ends.size() < inputsOf(name).size()));
        }
      }
    }
    return sums;
  }

  /**
   * The layers with weights on the longest branch of a sum, in order: those above one of its inputs
   * and not above all of them.
   */
  List<String> mainBranch(Sum sum) {
    List<Set<String>> above = inputsOf(sum.vertex).stream().map(this::ancestors).toList();
    List<String> longest = List.of();
    for (Set<String> branch : above) {
      List<String> layers = new ArrayList<>();
      for (int index : graph.topologicalSortOrder()) {
        String name = graph.getVertices()[index].getVertexName();
        boolean isShared = above.stream().allMatch(other -> other.contains(name));
        if (branch.contains(name) && !isShared && isWeighted(name)) {
          layers.add(name);
        }
      }
      longest = layers.size() > longest.size() ? List.copyOf(layers) : longest;
    }
    return longest;
  }

  boolean isNormalization(String name) {
    return layer(name).filter(BatchNormalization.class::isInstance).isPresent();
  }

  private boolean isWeighted(String name) {
    return layer(name).filter(Tapping::isWeightedSum).isPresent();
  }

  /** The nearest layer at or above an input that scales it and that nothing else reads. */
  private Optional<String> end(String input) {
    String name = input;
    while (readers(name) == 1) {
      if (isWeighted(name) || isNormalization(name)) {
        return Optional.of(name);
      }
      boolean isPassedThrough = layer(name).isPresent() && inputsOf(name).size() == 1;
      if (!isPassedThrough) {
        return Optional.empty();
      }
      name = inputsOf(name).get(0);
    }
    return Optional.empty();
  }

  private Set<String> ancestors(String start) {
    Set<String> seen = new HashSet<>();
    Deque<String> open = new ArrayDeque<>(List.of(start));
    while (!open.isEmpty()) {
      String name = open.pop();
      if (seen.add(name)) {
        open.addAll(inputsOf(name));
      }
    }
    return seen;
  }

  private long readers(String name) {
    long readers =
        graph.getConfiguration().getVertexInputs().values().stream()
            .filter(inputs -> inputs.contains(name))
            .count();
    return readers + (graph.getConfiguration().getNetworkOutputs().contains(name) ? 1 : 0);
  }

  private List<String> inputsOf(String name) {
    return graph.getConfiguration().getVertexInputs().getOrDefault(name, List.of());
  }

  private Optional<Layer> layer(String name) {
    return graph.getConfiguration().getVertices().get(name) instanceof LayerVertex vertex
        ? Optional.of(vertex.getLayerConf().getLayer())
        : Optional.empty();
  }
}
