package io.github.dl4jstability.benchmarks.bounds;

import io.github.dl4jstability.listeners.StabilityListener;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.dataset.DataSet;

/** Whether anything grows with the length of a run. */
final class LongRun implements Measurement {
  private static final int HALF = 10_000;
  private static final double MOST_MEGABYTES = 2;

  @Override
  public List<Finding> measure() throws InterruptedException {
    DataSet data = Networks.vectors(16);
    MultiLayerNetwork network = Networks.dense(16);
    StabilityListener listener = StabilityListener.create();
    network.setListeners(listener);
    train(network, data);
    double before = OwnProcess.heapMegabytes();
    train(network, data);
    double growth = OwnProcess.heapMegabytes() - before;
    listener.close();
    return List.of(
        new Finding("heap that iterations 10,000 to 20,000 add", MOST_MEGABYTES, growth, "MB"));
  }

  private static void train(MultiLayerNetwork network, DataSet data) {
    for (int i = 0; i < HALF; i++) {
      network.fit(data);
    }
  }
}
