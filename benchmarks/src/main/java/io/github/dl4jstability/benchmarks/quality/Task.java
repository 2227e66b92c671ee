package io.github.dl4jstability.benchmarks.quality;

import java.util.Iterator;
import java.util.OptionalInt;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.dataset.DataSet;

/**
 * A network, what it learns, and for how long.
 *
 * @param name for the table
 * @param network builds it
 * @param data what it learns from
 * @param recommended the scheme that the guide recommends for such a network
 * @param dependency how many steps later an input can matter, in sequences
 * @param iterations minibatches to train on
 */
record Task(
    String name,
    Network network,
    Data data,
    Scheme recommended,
    OptionalInt dependency,
    int iterations) {

  /** Builds a network with one of Deeplearning4j's own schemes. */
  interface Network {
    Model build(long seed, WeightInit weights);
  }

  /** Gives minibatches without end, the same ones for the same seed. */
  interface Data {
    Iterator<DataSet> batches(long seed);
  }
}
