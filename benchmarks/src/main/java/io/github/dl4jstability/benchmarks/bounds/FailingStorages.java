package io.github.dl4jstability.benchmarks.bounds;

import io.github.dl4jstability.listeners.StabilityListener;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.dataset.DataSet;

/** What closed listeners leave behind whose storages fail for good. */
final class FailingStorages implements Measurement {
  private static final int LISTENERS = 300;
  private static final int WARM_UPS = 20;
  private static final double MOST_MEGABYTES = 4;
  private static final long MILLIS_AFTER = 5000;

  @Override
  public List<Finding> measure() throws InterruptedException {
    train(WARM_UPS);
    Thread.sleep(MILLIS_AFTER);
    double before = OwnProcess.heapMegabytes();
    train(LISTENERS);
    Thread.sleep(MILLIS_AFTER);
    return List.of(
        new Finding(
            "threads, 5 s after 300 listeners with failing storages were closed",
            0,
            OwnProcess.threads(),
            "threads"),
        new Finding(
            "heap that these keep", MOST_MEGABYTES, OwnProcess.heapMegabytes() - before, "MB"));
  }

  private static void train(int listeners) {
    DataSet data = Networks.vectors(16);
    for (int i = 0; i < listeners; i++) {
      MultiLayerNetwork network = Networks.dense(8);
      StabilityListener listener = StabilityListener.reportingTo(Storages.failing());
      network.setListeners(listener);
      for (int k = 0; k < 3; k++) {
        network.fit(data);
      }
      listener.close();
    }
  }
}
