package io.github.dl4jstability.benchmarks.zoo;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.factory.Nd4j;

/** Trains the network of a combination, the same way each time. */
final class Training {
  private static final long SEED = 7;

  private final Combination combination;
  private final Epoch minibatches;

  Training(Combination combination) {
    this.combination = combination;
    minibatches = new Epoch(Minibatches.of(combination), combination.seed() / 8 % 2 == 0);
  }

  /**
   * Trains a new network.
   *
   * @param goesOn asked before each epoch
   */
  EndState run(BooleanSupplier goesOn, TrainingListener... listeners) {
    Nd4j.getRandom().setSeed(SEED);
    Model model = StalledNetwork.of(combination);
    model.setListeners(listeners);
    List<Double> losses = new ArrayList<>();
    while (goesOn.getAsBoolean()) {
      minibatches.reset();
      if (model instanceof MultiLayerNetwork network) {
        network.fit(minibatches);
      } else {
        ((ComputationGraph) model).fit(minibatches);
      }
      losses.add(model.score());
    }
    return EndState.of(model, losses);
  }

  /** Trains a new network for so many epochs. */
  EndState run(int epochs, TrainingListener... listeners) {
    int[] left = {epochs};
    return run(() -> left[0]-- > 0, listeners);
  }
}
