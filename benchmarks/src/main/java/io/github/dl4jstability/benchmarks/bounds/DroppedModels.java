package io.github.dl4jstability.benchmarks.bounds;

import io.github.dl4jstability.listeners.StabilityListener;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.dataset.DataSet;

/** What a listener keeps of models that nobody else has any more. */
final class DroppedModels implements Measurement {
  private static final int MODELS = 50;
  private static final double MOST_MEGABYTES = 8;

  @Override
  public List<Finding> measure() throws InterruptedException {
    StabilityListener listener = StabilityListener.create();
    train(listener, 5);
    double before = OwnProcess.heapMegabytes();
    List<WeakReference<MultiLayerNetwork>> dropped = train(listener, MODELS);
    double growth = OwnProcess.heapMegabytes() - before;
    long kept = dropped.stream().filter(model -> model.get() != null).count();
    listener.close();
    return List.of(
        new Finding("models kept of fifty that were dropped", 0, kept, "models"),
        new Finding("heap kept of them while the listener lives", MOST_MEGABYTES, growth, "MB"));
  }

  private static List<WeakReference<MultiLayerNetwork>> train(
      StabilityListener listener, int models) {
    DataSet data = Networks.vectors(16);
    List<WeakReference<MultiLayerNetwork>> all = new ArrayList<>();
    for (int i = 0; i < models; i++) {
      MultiLayerNetwork network = Networks.dense(2000);
      network.setListeners(listener);
      for (int k = 0; k < 25; k++) {
        network.fit(data);
      }
      all.add(new WeakReference<>(network));
    }
    return all;
  }
}
