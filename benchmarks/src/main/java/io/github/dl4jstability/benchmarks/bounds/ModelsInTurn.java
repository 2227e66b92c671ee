package io.github.dl4jstability.benchmarks.bounds;

import io.github.dl4jstability.listeners.StabilityListener;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.nd4j.linalg.dataset.DataSet;

/** Eight models that train in turn under one listener. */
final class ModelsInTurn implements Measurement {
  private static final int MODELS = 8;
  private static final int ROUNDS = 200;
  private static final double DEAREST = 1.5;

  /** One writes, one keeps the time, one judges. */
  private static final int MOST_THREADS = 3;

  private long mostThreads;

  @Override
  public List<Finding> measure() {
    train(1, ROUNDS, new InMemoryStatsStorage());
    double one = train(1, MODELS * ROUNDS, new InMemoryStatsStorage());
    mostThreads = 0;
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    double eight = train(MODELS, ROUNDS, storage);
    return List.of(
        new Finding(
            "sessions of eight models in turn",
            MODELS,
            storage.listSessionIDs().size(),
            "sessions"),
        new Finding("threads with eight models in turn", MOST_THREADS, mostThreads, "threads"),
        new Finding(
            "processor time of an iteration with eight models, against one",
            DEAREST,
            eight / one,
            "times"));
  }

  /** Returns the processor time of this thread for an iteration. */
  private double train(int models, int rounds, InMemoryStatsStorage storage) {
    DataSet data = Networks.vectors(16);
    StabilityListener listener = StabilityListener.reportingTo(storage);
    List<MultiLayerNetwork> networks =
        IntStream.range(0, models).mapToObj(i -> Networks.dense(16)).toList();
    networks.forEach(network -> network.setListeners(listener));
    long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    for (int i = 0; i < rounds; i++) {
      networks.forEach(network -> network.fit(data));
      if (i % 20 == 0) {
        mostThreads = Math.max(mostThreads, OwnProcess.threads());
      }
    }
    long end = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    listener.close();
    return (double) (end - start) / rounds / models;
  }
}
