package io.github.dl4jstability.benchmarks.bounds;

import io.github.dl4jstability.listeners.StabilityListener;
import java.util.List;
import java.util.function.Supplier;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.dataset.DataSet;

/**
 * What looks at the curvature cost a run that stalls from the start, since all its parameters are
 * 0: trained first without the listener, then with it.
 */
final class StalledRun implements Measurement {
  private static final double SHARE = 0.05;
  private static final double LONGEST_PIECE_SECONDS = 0.25;
  private static final double LEAST_MEGABYTES = 64;
  private static final double NANOS = 1e9;

  private final String name;
  private final Supplier<MultiLayerNetwork> network;
  private final Supplier<List<DataSet>> minibatches;
  private final double seconds;

  /**
   * @param seconds how long to train each time; more than ten, from which on the share holds
   */
  StalledRun(
      String name,
      Supplier<MultiLayerNetwork> network,
      Supplier<List<DataSet>> minibatches,
      double seconds) {
    this.name = name;
    this.network = network;
    this.minibatches = minibatches;
    this.seconds = seconds;
  }

  private record Times(double longestSeconds, double waitingShare) {}

  @Override
  public List<Finding> measure() throws Exception {
    List<DataSet> data = minibatches.get();
    Times bare = train(data);
    double before = OwnProcess.peakResidentMegabytes();
    try (Looks looks = new Looks()) {
      Times watched = train(data, looks.listener());
      double extra = OwnProcess.peakResidentMegabytes() - before;
      return List.of(
          new Finding(name + ": nothing is said of the stall", 0, looks.silent(), "times"),
          new Finding(
              name + ": share of the time in looks",
              100 * SHARE,
              100 * watched.waitingShare(),
              "%"),
          new Finding(
              name + ": longest iteration, the longest without listener and a piece",
              bare.longestSeconds() + LONGEST_PIECE_SECONDS,
              watched.longestSeconds(),
              "s"),
          new Finding(
              name + ": more memory at the peak",
              Math.max(LEAST_MEGABYTES, before / 10),
              extra,
              "MB"));
    }
  }

  /** Keeps what the listener tells. */
  private static final class Looks implements AutoCloseable {
    private final StabilityListener listener;
    private boolean told;

    Looks() {
      listener =
          StabilityListener.builder()
              .onDiagnosis(
                  diagnosis -> told |= diagnosis.evidence().containsKey("iterations compared"))
              .build();
    }

    StabilityListener listener() {
      return listener;
    }

    int silent() {
      return told ? 0 : 1;
    }

    @Override
    public void close() {
      listener.close();
    }
  }

  private Times train(List<DataSet> data, TrainingListener... listeners) {
    MultiLayerNetwork trained = network.get();
    trained.params().assign(0);
    for (int i = 0; i < 20; i++) {
      trained.fit(data.get(i % data.size())); // Until its code is compiled.
    }
    trained.setListeners(listeners);
    double longest = 0;
    long start = System.nanoTime();
    try (Sampler sampler = new Sampler(Thread.currentThread())) {
      for (int i = 0; seconds(start) < seconds; i++) {
        long before = System.nanoTime();
        trained.fit(data.get(i % data.size()));
        longest = Math.max(longest, seconds(before));
      }
      return new Times(longest, sampler.share());
    }
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / NANOS;
  }
}
