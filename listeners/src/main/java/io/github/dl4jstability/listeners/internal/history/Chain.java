package io.github.dl4jstability.listeners.internal.history;

import io.github.dl4jstability.listeners.internal.observation.NetworkStructure;
import java.util.List;
import java.util.function.IntPredicate;

/** Which layers feed which. */
public final class Chain {
  private final NetworkStructure structure;

  public Chain(NetworkStructure structure) {
    this.structure = structure;
  }

  /**
   * The layers that feed a layer; empty for one that reads the features. Where the structure does
   * not say, the layer before it.
   */
  public List<Integer> inputs(int layer) {
    NetworkStructure.Setup setup = structure.layers().get(layer).setup();
    boolean unknown = setup.inputs().isEmpty() && !setup.readsFeatures() && layer > 0;
    return unknown ? List.of(layer - 1) : setup.inputs();
  }

  /** Tells for each layer whether all ways to it lead through layers that a test holds for. */
  public boolean[] behind(IntPredicate blocks) {
    boolean[] behind = new boolean[structure.layers().size()];
    for (int layer = 0; layer < behind.length; layer++) {
      List<Integer> inputs = inputs(layer);
      behind[layer] =
          !inputs.isEmpty()
              && !structure.layers().get(layer).setup().readsFeatures()
              && !Numbers.isAny(inputs, input -> !behind[input] && !blocks.test(input));
    }
    return behind;
  }
}
