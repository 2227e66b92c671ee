package io.github.dl4jstability.benchmarks.quality;

import java.util.Iterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** One training, and the loss at its end: the mean over the minibatches of its last fifth. */
final class Trained {

  private static final int PART = 5;

  private Trained() {}

  /** Returns the loss; infinite if the training ended in numbers that are not finite. */
  static double loss(Task task, Scheme scheme, long seed) {
    Nd4j.getRandom().setSeed(seed);
    Model model = scheme.start(task, seed);
    Iterator<DataSet> batches = task.data().batches(seed);
    int last = task.iterations() / PART;
    double sum = 0;
    for (int iteration = 0; iteration < task.iterations(); iteration++) {
      fit(model, batches.next());
      if (!Double.isFinite(model.score())) {
        return Double.POSITIVE_INFINITY;
      }
      sum += iteration >= task.iterations() - last ? model.score() : 0;
    }
    return sum / last;
  }

  private static void fit(Model model, DataSet batch) {
    if (model instanceof MultiLayerNetwork network) {
      network.fit(batch);
    } else {
      ((ComputationGraph) model).fit(batch);
    }
  }
}
