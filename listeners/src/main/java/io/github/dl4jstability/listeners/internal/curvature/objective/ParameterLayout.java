package io.github.dl4jstability.listeners.internal.curvature.objective;

import io.github.dl4jstability.listeners.curvature.Block;
import io.github.dl4jstability.listeners.internal.curvature.copy.ProbeModel;
import io.github.dl4jstability.listeners.internal.curvature.copy.ProbedLayer;
import io.github.dl4jstability.listeners.internal.curvature.spectrum.Vectors;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.regularization.Regularization;

/** Where each parameter array lies in the flat view, and whether training moves it. */
final class ParameterLayout {

  /** One parameter array, such as the weights of a layer. */
  record Slot(
      String layer,
      long offset,
      long length,
      boolean trained,
      List<Regularization> regularization) {}

  private final List<Slot> slots;

  private ParameterLayout(List<Slot> slots) {
    this.slots = slots;
  }

  static ParameterLayout of(ProbeModel model) {
    List<Slot> slots = new ArrayList<>();
    for (ProbedLayer part : model.parts()) {
      Map<String, INDArray> all = part.trainable().paramTable(false);
      Map<String, INDArray> learned = part.trainable().paramTable(true);
      if (all == null) {
        continue;
      }
      all.forEach(
          (name, array) -> {
            // Running statistics have an entry in the gradient that is not a gradient.
            boolean trained =
                learned.containsKey(name)
                    && !part.frozen()
                    && part.trainable().updaterDivideByMinibatch(name);
            slots.add(
                new Slot(
                    part.name(),
                    array.offset() - model.params().offset(),
                    array.length(),
                    trained,
                    regularization(part.trainable().getConfig(), name)));
          });
    }
    slots.sort(Comparator.comparingLong(Slot::offset));
    check(slots, model.params().length());
    return new ParameterLayout(slots);
  }

  private static List<Regularization> regularization(
      @Nullable TrainingConfig configuration, String name) {
    List<Regularization> all =
        configuration == null ? null : configuration.getRegularizationByParam(name);
    return all == null ? List.of() : all;
  }

  private static void check(List<Slot> slots, long length) {
    long expected = 0;
    for (Slot slot : slots) {
      if (slot.offset() != expected) {
        throw new IllegalArgumentException(
            "cannot tell where the parameters of layer " + slot.layer() + " lie");
      }
      expected += slot.length();
    }
    if (expected != length) {
      throw new IllegalArgumentException(
          "cannot tell where " + (length - expected) + " of " + length + " parameters lie");
    }
    if (slots.stream().noneMatch(Slot::trained)) {
      throw new IllegalArgumentException("model must have a parameter that training moves");
    }
  }

  List<Slot> slots() {
    return slots;
  }

  long freedom() {
    return slots.stream().filter(Slot::trained).mapToLong(Slot::length).sum();
  }

  void restrict(INDArray vector) {
    for (Slot slot : slots) {
      if (!slot.trained()) {
        Vectors.slice(vector, slot.offset(), slot.offset() + slot.length()).assign(0);
      }
    }
  }

  /** One block for each layer that has a parameter that training moves. */
  List<Block> blocks() {
    List<Block> blocks = new ArrayList<>();
    for (int first = 0, after; first < slots.size(); first = after) {
      String layer = slots.get(first).layer();
      after = first + 1;
      while (after < slots.size() && slots.get(after).layer().equals(layer)) {
        after++;
      }
      List<Slot> own = slots.subList(first, after);
      if (own.stream().anyMatch(Slot::trained)) {
        long length = own.stream().mapToLong(Slot::length).sum();
        blocks.add(new Block(layer, own.get(0).offset(), length));
      }
    }
    return blocks;
  }
}
