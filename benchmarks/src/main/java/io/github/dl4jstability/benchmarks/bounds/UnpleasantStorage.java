package io.github.dl4jstability.benchmarks.bounds;

import io.github.dl4jstability.listeners.StabilityListener;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.dataset.DataSet;

/**
 * How long the training thread waits for anything in eight short epochs, and how long {@code
 * close()} takes. The virtual machine counts the waiting, so it does not matter how busy the
 * machine is.
 */
final class UnpleasantStorage implements Measurement {
  private static final int EPOCHS = 8;
  private static final int MINIBATCHES = 20;
  private static final double LONGEST_WAIT_SECONDS = 0.1;
  private static final double LONGEST_CLOSE_SECONDS = 5.5;
  private static final double MILLIS = 1e3;
  private static final double NANOS = 1e9;

  private final String name;
  private final Supplier<StatsStorageRouter> storage;

  UnpleasantStorage(String name, Supplier<StatsStorageRouter> storage) {
    this.name = name;
    this.storage = storage;
  }

  @Override
  public List<Finding> measure() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    threads.setThreadContentionMonitoringEnabled(true);
    List<DataSet> epoch = Collections.nCopies(MINIBATCHES, Networks.vectors(16));
    StabilityListener listener = StabilityListener.reportingTo(storage.get());
    MultiLayerNetwork network = Networks.dense(16);
    network.setListeners(listener);
    double before = waited(threads);
    for (int i = 0; i < EPOCHS; i++) {
      network.fit(new ExistingDataSetIterator(epoch));
    }
    double waited = waited(threads) - before;
    long start = System.nanoTime();
    listener.close();
    double closing = (System.nanoTime() - start) / NANOS;
    return List.of(
        new Finding(name + ": waiting in eight epochs", LONGEST_WAIT_SECONDS, waited, "s"),
        new Finding(name + ": close()", LONGEST_CLOSE_SECONDS, closing, "s"));
  }

  private static double waited(ThreadMXBean threads) {
    ThreadInfo own = threads.getThreadInfo(Thread.currentThread().getId());
    return (own.getWaitedTime() + own.getBlockedTime()) / MILLIS;
  }
}
