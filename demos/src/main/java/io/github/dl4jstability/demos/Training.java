package io.github.dl4jstability.demos;

import io.github.dl4jstability.demos.console.Console;
import io.github.dl4jstability.demos.data.Layout;
import io.github.dl4jstability.demos.data.Scaling;
import io.github.dl4jstability.demos.data.Split;
import io.github.dl4jstability.listeners.StabilityListener;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/** Trains a network under one {@link StabilityListener} and tells what happens on the console. */
final class Training {
  private static final int BATCH_SIZE = 64;
  private static final int TEST_BATCH_SIZE = 500;
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HHmmss");

  private final Console console;
  private final StatsStorage storage;
  private final Split images;

  Training(Console console, StatsStorage storage, Split images) {
    this.console = console;
    this.storage = storage;
    this.images = images;
  }

  /** Trains, tests, and returns how it ended; the session's id is the name and the time. */
  Result run(String name, MultiLayerNetwork network, int epochs) {
    int iterations = epochs * ((images.trainSize() + BATCH_SIZE - 1) / BATCH_SIZE);
    TrainingProgress progress = new TrainingProgress(console.progress(iterations), epochs);
    StabilityListener listener =
        StabilityListener.builder()
            .storage(storage)
            .sessionId(name + "-" + LocalTime.now(ZoneId.systemDefault()).format(TIME))
            .onDiagnosis(it -> VerdictText.write(console, it, progress.iterations() + 1))
            .build();
    network.setListeners(listener, progress);

    long start = System.nanoTime();
    network.fit(images.train(BATCH_SIZE, Layout.FLAT, Scaling.STANDARDIZED), epochs);
    Duration time = Duration.ofNanos(System.nanoTime() - start);
    progress.finish();
    listener.close();

    DataSetIterator test = images.test(TEST_BATCH_SIZE, Layout.FLAT, Scaling.STANDARDIZED);
    double accuracy = network.evaluate(test).accuracy();
    return new Result(name, VerdictText.summary(listener.primary()), accuracy, time);
  }
}
