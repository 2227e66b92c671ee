package io.github.dl4jstability.listeners.internal.collection;

import io.github.dl4jstability.listeners.internal.observation.NetworkStructure;
import io.github.dl4jstability.listeners.internal.observation.NonFinite;
import io.github.dl4jstability.listeners.internal.observation.NonFinite.Stage;
import io.github.dl4jstability.measurement.Moments;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

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

  /** What may be at fault from before; measured only when something is not finite. */
  interface Suspects {
    List<Moments> inputs();

    List<Moments> labels();

    /** Returns the moments of the parameters, which this iteration has not changed yet. */
    List<Moments> parameters();
  }

  /** Judges the forward pass. */
  void afterForward(ForwardMeter forward, Suspects suspects) {
    int layer = forward.firstNonFiniteLayer();
    found = outside(Stage.INPUT, forward.inputs()).orElse(null);
    if (found == null && layer >= 0) {
      found =
          outside(Stage.INPUT, suspects.inputs())
              .or(() -> inParameters(Stage.PARAMETERS_BEFORE, suspects.parameters()))
              .orElse(
                  new NonFinite(
                      Stage.ACTIVATIONS,
                      List.of(layer),
                      forward.activations().get(layer).nonFinite()));
    }
  }

  /** Judges the loss, in the hook where labels can still be seen. */
  void afterLoss(double score, Suspects suspects) {
    if (found == null && !Double.isFinite(score)) {
      found =
          outside(Stage.INPUT, suspects.inputs())
              .or(() -> outside(Stage.LABELS, suspects.labels()))
              .or(() -> inParameters(Stage.PARAMETERS_BEFORE, suspects.parameters()))
              .orElse(new NonFinite(Stage.LOSS, List.of(), 1));
    }
  }

  /** Judges the gradients, which show NaN in the features even where the forward pass hid it. */
  void afterBackward(List<Moments> gradients, Suspects suspects) {
    if (found == null && count(gradients) > 0) {
      found =
          outside(Stage.INPUT, suspects.inputs())
              .or(() -> inParameters(Stage.PARAMETERS_BEFORE, suspects.parameters()))
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

  private static Optional<NonFinite> outside(Stage stage, List<Moments> moments) {
    long count = count(moments);
    return count == 0 ? Optional.empty() : Optional.of(new NonFinite(stage, List.of(), count));
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
    long count = 0;
    for (Moments one : moments) {
      count += one.nonFinite();
    }
    return count;
  }
}
