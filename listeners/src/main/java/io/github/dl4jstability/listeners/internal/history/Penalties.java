package io.github.dl4jstability.listeners.internal.history;

import io.github.dl4jstability.listeners.internal.observation.NetworkStructure.Layer;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure.Penalty;
import io.github.dl4jstability.listeners.internal.observation.Observation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What l1, l2 and weight decay add to the score, from the norms of the weights before the step
 * ({@link PenalizedLayer}): that of l2 and decay exactly, that of l1 at most, since l1 makes most
 * weights next to 0.
 *
 * <p>Part of {@link RunHistory}.
 */
public final class Penalties {
  private @Nullable List<PenalizedLayer> layers;
  private double squares;
  private double l1;

  /** Takes the next observation. */
  void add(Observation observation) {
    if (layers == null) {
      layers = penalized(observation);
    }
    squares = 0;
    l1 = 0;
    for (PenalizedLayer layer : layers) {
      layer.add(observation);
      squares += layer.ofSquares();
      l1 += layer.ofL1();
    }
  }

  private static List<PenalizedLayer> penalized(Observation first) {
    List<Layer> all = first.structure().layers();
    List<PenalizedLayer> penalized = new ArrayList<>();
    for (int layer = 0; layer < all.size(); layer++) {
      if (!all.get(layer).setup().penalty().equals(Penalty.NONE)) {
        penalized.add(new PenalizedLayer(layer, first));
      }
    }
    return List.copyOf(penalized);
  }

  /** The layers with penalties. */
  public List<PenalizedLayer> layers() {
    return layers == null ? List.of() : layers;
  }

  /** What l2 and decay added to the score. */
  public double ofSquares() {
    return squares;
  }

  /** What l1 added to the score at most. */
  public double ofL1() {
    return l1;
  }
}
