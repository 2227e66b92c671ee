package io.github.dl4jstability.listeners.internal.model;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntFunction;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.VertexIndices;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * How the parts of a model feed each other. Vertices that are no parts (sums, merges, subsets …)
 * are seen through; the network's inputs are nodes too, numbered after the parts.
 */
final class Topology {
  private final int parts;
  private final List<List<Integer>> inputs;
  private final List<List<Integer>> readers;

  private Topology(int parts, List<List<Integer>> inputs) {
    this.parts = parts;
    this.inputs = inputs;
    this.readers = new ArrayList<>();
    inputs.forEach(all -> readers.add(new ArrayList<>()));
    for (int node = 0; node < parts; node++) {
      for (int input : inputs.get(node)) {
        readers.get(input).add(node);
      }
    }
  }

  static Topology of(Model model, List<Part> parts) {
    if (model instanceof ComputationGraph graph) {
      return of(graph, parts);
    }
    int count = parts.size();
    boolean chain = model instanceof MultiLayerNetwork;
    List<List<Integer>> inputs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      inputs.add(i == 0 ? List.of(count) : chain ? List.of(i - 1) : List.of());
    }
    inputs.add(List.of());
    return new Topology(count, inputs);
  }

  private static Topology of(ComputationGraph graph, List<Part> parts) {
    GraphVertex[] vertices = graph.getVertices();
    Map<Integer, Integer> nodeOf = new HashMap<>();
    int networkInputs = 0;
    for (String name : graph.getConfiguration().getNetworkInputs()) {
      nodeOf.put(graph.getVertex(name).getVertexIndex(), parts.size() + networkInputs++);
    }
    for (int i = 0; i < parts.size(); i++) {
      nodeOf.put(graph.getVertex(parts.get(i).name()).getVertexIndex(), i);
    }
    List<List<Integer>> inputs = new ArrayList<>();
    for (Part part : parts) {
      TreeSet<Integer> found = new TreeSet<>();
      collectInputs(vertices, graph.getVertex(part.name()), nodeOf, found);
      inputs.add(List.copyOf(found));
    }
    for (int i = 0; i < networkInputs; i++) {
      inputs.add(List.of());
    }
    return new Topology(parts.size(), inputs);
  }

  private static void collectInputs(
      GraphVertex[] vertices,
      GraphVertex vertex,
      Map<Integer, Integer> nodeOf,
      Set<Integer> found) {
    VertexIndices[] before = vertex.getInputVertices();
    for (VertexIndices input : before == null ? new VertexIndices[0] : before) {
      Integer node = nodeOf.get(input.getVertexIndex());
      if (node == null) {
        collectInputs(vertices, vertices[input.getVertexIndex()], nodeOf, found);
      } else {
        found.add(node);
      }
    }
  }

  /** Returns the parts that feed a part. */
  List<Integer> inputs(int part) {
    return inputs.get(part).stream().filter(node -> node < parts).toList();
  }

  /** Returns the parts that a part feeds. */
  List<Integer> readers(int part) {
    return readers.get(part);
  }

  int networkInputs() {
    return inputs.size() - parts;
  }

  /** Returns the parts that a network input feeds. */
  List<Integer> readersOfInput(int input) {
    return readers.get(parts + input);
  }

  /** Returns the numbers of the network inputs that feed a part. */
  List<Integer> features(int part) {
    return inputs.get(part).stream()
        .filter(node -> node >= parts)
        .map(node -> node - parts)
        .toList();
  }

  /** Tells whether there is a way around a part from what comes before it to what comes after. */
  boolean isBypassed(int part) {
    BitSet before = reach(List.of(part), inputs::get, -1);
    BitSet after = reach(List.of(part), readers::get, -1);
    before.clear(part);
    after.clear(part);
    List<Integer> starts = before.stream().boxed().toList();
    return reach(starts, readers::get, part).intersects(after);
  }

  private static BitSet reach(
      List<Integer> starts, IntFunction<List<Integer>> nextOf, int without) {
    BitSet reached = new BitSet();
    Deque<Integer> open = new ArrayDeque<>(starts);
    while (!open.isEmpty()) {
      int node = open.removeFirst();
      if (node != without && !reached.get(node)) {
        reached.set(node);
        open.addAll(nextOf.apply(node));
      }
    }
    return reached;
  }
}
