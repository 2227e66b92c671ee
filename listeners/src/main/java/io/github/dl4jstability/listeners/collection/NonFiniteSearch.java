package io.github.dl4jstability.listeners.collection;

import io.github.dl4jstability.listeners.observation.NetworkStructure;
import io.github.dl4jstability.listeners.observation.NonFinite;
import io.github.dl4jstability.listeners.observation.NonFinite.Stage;
import io.github.dl4jstability.measurement.Moments;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Finds where in an iteration NaN or infinity came up first. It is asked at each stage in turn and
 * keeps its first answer; as long as all is finite it costs nothing, since it looks at numbers that
 * were measured anyway.
 */
final class NonFiniteSearch {
  private final NetworkStructure structure;
  private @Nullable NonFinite found;

  NonFiniteSearch(NetworkStructure structure) {
    this.structure = structure;
  }

  Optional<NonFinite> found() {
    return Optional.ofNullable(found);
  }

  /**
   * Judges the forward pass.
   *
   * @param parameters measures the parameters, which this iteration has not changed yet
   */
  void afterForward(ForwardMeter forward, Supplier<List<Moments>> parameters) {
    int layer = forward.firstNonFiniteLayer();
    if (forward.hasNonFiniteInput()) {
      found = new NonFinite(Stage.INPUT, List.of(), count(forward.inputs()));
    } else if (layer >= 0) {
      found =
          inParameters(Stage.PARAMETERS_BEFORE, parameters.get())
              .orElse(
                  new NonFinite(
                      Stage.ACTIVATIONS,
                      List.of(layer),
                      forward.activations().get(layer).nonFinite()));
    }
  }

  /** Judges the loss, in the hook where labels can still be seen. */
  void afterLoss(
      double score, Supplier<List<INDArray>> labels, Supplier<List<Moments>> parameters) {
    if (found != null || Double.isFinite(score)) {
      return;
    }
    long nonFiniteLabels = count(labels.get().stream().map(Moments::of).toList());
    found =
        nonFiniteLabels > 0
            ? new NonFinite(Stage.LABELS, List.of(), nonFiniteLabels)
            : inParameters(Stage.PARAMETERS_BEFORE, parameters.get())
                .orElse(new NonFinite(Stage.LOSS, List.of(), 1));
  }

  void afterBackward(List<Moments> gradients, Supplier<List<Moments>> parameters) {
    if (found == null && count(gradients) > 0) {
      found =
          inParameters(Stage.PARAMETERS_BEFORE, parameters.get())
              .or(() -> inParameters(Stage.GRADIENTS, gradients))
              .orElse(null);
    }
  }

  void afterStep(List<Moments> updates, List<Moments> parameters) {
    if (found == null) {
      found =
          inParameters(Stage.UPDATES, updates)
              .or(() -> inParameters(Stage.PARAMETERS_AFTER, parameters))
              .orElse(null);
    }
  }

  private Optional<NonFinite> inParameters(Stage stage, List<Moments> moments) {
    long count = count(moments);
    if (count == 0) {
      return Optional.empty();
    }
    List<Integer> layers =
        IntStream.range(0, moments.size())
            .filter(i -> !moments.get(i).isFinite())
            .mapToObj(i -> structure.parameters().get(i).layer())
            .distinct()
            .sorted()
            .collect(Collectors.toList());
    if (stage == Stage.GRADIENTS) {
      Collections.reverse(layers);
    }
    return Optional.of(new NonFinite(stage, layers, count));
  }

  private static long count(List<Moments> moments) {
    return moments.stream().mapToLong(Moments::nonFinite).sum();
  }
}
