package io.github.dl4jstability.listeners.internal.collection;

import io.github.dl4jstability.listeners.internal.model.BuiltNetwork;
import io.github.dl4jstability.listeners.internal.model.Part;
import io.github.dl4jstability.listeners.internal.model.UnitBlock;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;

/** Chooses what is measured at each part, input and output of a network. */
final class Meters {
  private final BuiltNetwork network;
  private final List<Part> parts;

  Meters(BuiltNetwork network) {
    this.network = network;
    this.parts = network.parts();
  }

  /** A meter for the units of each part. */
  List<UnitMeter> units() {
    boolean[] unitsLast = network.unitsLast();
    return IntStream.range(0, parts.size())
        .mapToObj(i -> new UnitMeter(parts.get(i), network.readersOf(i), unitsLast[i]))
        .toList();
  }

  /** The searches for duplicate units, by part that can have them. */
  Map<Integer, List<DuplicateUnitSearch>> duplicateUnits() {
    Map<Integer, List<DuplicateUnitSearch>> searches = new TreeMap<>();
    for (int i = 0; i < parts.size(); i++) {
      if (!parts.get(i).output() && network.structure().layers().get(i).trainable()) {
        List<List<UnitBlock>> groups = network.unitBlocksOf(i);
        if (!groups.isEmpty()) {
          searches.put(i, groups.stream().map(DuplicateUnitSearch::new).toList());
        }
      }
    }
    return searches;
  }

  /** The measurements of gradients through time, by recurrent part. */
  Map<Integer, TimeGradient> timeGradients() {
    Map<Integer, TimeGradient> gradients = new TreeMap<>();
    for (int i = 0; i < parts.size(); i++) {
      OptionalLong offset = network.offsetOf(i);
      if (offset.isPresent()) {
        int part = i;
        TimeGradient.of(parts.get(i), offset.getAsLong())
            .ifPresent(gradient -> gradients.put(part, gradient));
      }
    }
    return gradients;
  }

  /** A meter for each input of the network. */
  List<InputMeter> inputs() {
    boolean[] unitsLast = network.unitsLast();
    return network.readersOfInputs().stream()
        .map(
            readers ->
                new InputMeter(
                    readers.stream().anyMatch(reader -> unitsLast[reader]),
                    readers.stream().map(parts::get).anyMatch(Meters::isEmbedding)))
        .toList();
  }

  private static boolean isEmbedding(Part part) {
    return part.inner()
        .filter(it -> it instanceof EmbeddingLayer || it instanceof EmbeddingSequenceLayer)
        .isPresent();
  }

  /** A meter for each output of the network. */
  List<OutputMeter> outputs() {
    return network.outputs().stream().flatMap(this::output).toList();
  }

  private Stream<OutputMeter> output(int index) {
    Part part = parts.get(index);
    return part.inner().stream()
        .map(layer -> new OutputMeter(index, part, layer, network.averages()));
  }
}
