package io.github.dl4jstability.benchmarks;

import io.github.dl4jstability.listeners.StabilityListener;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Measures by how much the heap grows over 10,000 iterations with a storage in memory.
 *
 * <p>Arguments: names of {@link CostNetwork} (default TINY and SMALL).
 */
public final class ListenerMemory {
  private static final int WARM_UP = 500;
  private static final int ITERATIONS = 10_000;

  private ListenerMemory() {}

  /**
   * Runs the measurement and prints a line for each network.
   *
   * @param arguments networks
   */
  public static void main(String[] arguments) {
    String[] names = arguments.length > 0 ? arguments : new String[] {"TINY", "SMALL"};
    for (String name : names) {
      CostNetwork network = CostNetwork.valueOf(name);
      System.out.printf(
          Locale.ROOT,
          "%s: %.1f MB in %d iterations, %.1f MB without listener%n",
          network.title,
          growth(network, true) / 1e6,
          ITERATIONS,
          growth(network, false) / 1e6);
    }
  }

  private static long growth(CostNetwork network, boolean listening) {
    MultiLayerNetwork model = network.build();
    DataSet batch = network.batch();
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    StabilityListener listener = StabilityListener.reportingTo(storage);
    if (listening) {
      model.setListeners(listener);
    }
    train(model, batch, WARM_UP);
    listener.close();
    long before = usedHeap();
    train(model, batch, ITERATIONS);
    listener.close();
    long after = usedHeap();
    if (storage.listSessionIDs().isEmpty() == listening) {
      throw new IllegalStateException("stored sessions: " + storage.listSessionIDs());
    }
    return after - before;
  }

  private static void train(MultiLayerNetwork model, DataSet batch, int iterations) {
    for (int i = 0; i < iterations; i++) {
      model.fit(batch);
    }
  }

  /** What is left after garbage collections, with time for ND4J to release what they found. */
  private static long usedHeap() {
    for (int i = 0; i < 5; i++) {
      System.gc();
      LockSupport.parkNanos(200_000_000);
    }
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
