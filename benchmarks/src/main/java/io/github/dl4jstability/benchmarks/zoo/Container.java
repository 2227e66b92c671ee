package io.github.dl4jstability.benchmarks.zoo;

import java.util.Locale;

/** Deeplearning4j's two kinds of networks. */
enum Container {
  /** {@code MultiLayerNetwork}. */
  CHAIN,

  /** {@code ComputationGraph}. */
  GRAPH;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
