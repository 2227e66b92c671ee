package io.github.dl4jstability.benchmarks.zoo;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * A kind of network: what it is made of, what goes in, and what is expected of it.
 *
 * @param name short and unique, in lower case
 * @param inputs one or more; those of a graph are called "in0", "in1" and so on
 * @param outputs one or more; the layers of a graph are called "out0", "out1" and so on
 * @param layers for families that are a chain; empty otherwise
 * @param graph adds layers and vertices of a graph, between its inputs and outputs
 * @param fixed whether images and sequences must have the size that the network was made for
 * @param noisy whether the loss differs each time, so that it stalls only if nothing depends on it
 */
record Family(
    String name,
    List<Signal> inputs,
    List<Signal> outputs,
    Supplier<List<Layer>> layers,
    Consumer<GraphBuilder> graph,
    boolean fixed,
    boolean noisy) {

  /** Makes a family of chains, which can be put into a graph as well. */
  static Family chain(String name, Signal input, Signal output, Supplier<List<Layer>> layers) {
    return new Family(
        name, List.of(input), List.of(output), layers, graph -> chain(graph, layers), false, false);
  }

  /** Makes a family that is a graph only. */
  static Family graph(
      String name, List<Signal> inputs, List<Signal> outputs, Consumer<GraphBuilder> graph) {
    return new Family(name, inputs, outputs, List::of, graph, false, false);
  }

  /** Returns the same family, for data of one size only. */
  Family ofOneSize() {
    return new Family(name, inputs, outputs, layers, graph, true, noisy);
  }

  /** Returns the same family, known to be random in training. */
  Family withNoise() {
    return new Family(name, inputs, outputs, layers, graph, fixed, true);
  }

  private static void chain(GraphBuilder graph, Supplier<List<Layer>> layers) {
    String before = "in0";
    List<Layer> all = layers.get();
    for (int i = 0; i < all.size(); i++) {
      String name = i == all.size() - 1 ? "out0" : "layer" + i;
      graph.addLayer(name, all.get(i), before);
      before = name;
    }
  }

  /** Returns all combinations that make sense on paper. */
  Stream<Combination> combinations() {
    return containers()
        .flatMap(
            container ->
                Stream.of(DataType.FLOAT, DataType.DOUBLE)
                    .flatMap(
                        type ->
                            Stream.of(Masks.values())
                                .filter(this::allows)
                                .flatMap(
                                    masks ->
                                        Stream.of(Shape.values())
                                            .filter(this::allows)
                                            .map(
                                                shape ->
                                                    new Combination(
                                                        this, masks, shape, container, type)))));
  }

  private Stream<Container> containers() {
    return layers.get().isEmpty() ? Stream.of(Container.GRAPH) : Stream.of(Container.values());
  }

  private boolean allows(Masks masks) {
    return (!masks.onFeatures() || inputs.stream().allMatch(Signal::hasMask))
        && (!masks.onLabels() || outputs.stream().allMatch(Signal::hasMask));
  }

  private boolean allows(Shape shape) {
    return shape != Shape.TBPTT
        || Stream.concat(inputs.stream(), outputs.stream()).allMatch(Signal::hasSteps);
  }

  /** Returns the sizes of the minibatches of an epoch. */
  List<Shape.Size> sizes(Shape shape) {
    return fixed ? shape.sizes().stream().map(Shape.Size::usual).toList() : shape.sizes();
  }

  String[] inputNames() {
    return names("in", inputs.size());
  }

  String[] outputNames() {
    return names("out", outputs.size());
  }

  private static String[] names(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(i -> prefix + i).toArray(String[]::new);
  }
}
