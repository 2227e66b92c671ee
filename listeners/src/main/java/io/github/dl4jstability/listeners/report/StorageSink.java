package io.github.dl4jstability.listeners.report;

import io.github.dl4jstability.listeners.DiagnosisEvent;
import io.github.dl4jstability.listeners.observation.Cadence;
import io.github.dl4jstability.listeners.observation.Observation;
import io.github.dl4jstability.listeners.record.DiagnosisRecord;
import io.github.dl4jstability.listeners.record.FrameExtremes;
import io.github.dl4jstability.listeners.record.NetworkRecord;
import io.github.dl4jstability.listeners.record.ObservationRecord;
import io.github.dl4jstability.listeners.record.RecordIds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes what our tab in the training UI shows. Every diagnosis event is written; of the iterations
 * a number that grows with the logarithm of the run's length, each with the extremes since the last
 * one, and every iteration with a diagnosis event or a first non-finite value.
 */
public final class StorageSink implements Sink {
  private static final Cadence FRAMES = new Cadence(1, 128);
  private static final Duration LONGEST_FLUSH = Duration.ofSeconds(5);

  private final Destination destination;
  private final Deferred deferred = new Deferred();
  private final Extremes extremes = new Extremes();
  private long step;

  /**
   * Creates a sink for one run.
   *
   * @param destination where to write
   */
  public StorageSink(Destination destination) {
    this.destination = destination;
  }

  @Override
  public void accept(Observation observation, List<DiagnosisEvent> events) {
    deferred.check();
    if (step == 0) {
      start(observation);
    }
    extremes.add(observation);
    boolean due = FRAMES.isDue(step++);
    if (!events.isEmpty()) {
      destination
          .writer()
          .putUpdate(ObservationRecord.of(destination.nextIds(), observation, extremes.take()));
    } else if (due) {
      RecordIds ids = destination.nextIds();
      FrameExtremes taken = extremes.take();
      destination
          .writer()
          .putMeasurement(deferred.make(() -> ObservationRecord.of(ids, observation, taken)));
    }
    for (DiagnosisEvent event : events) {
      destination.writer().putUpdate(DiagnosisRecord.of(destination.nextIds(), event));
    }
  }

  private void start(Observation observation) {
    RecordIds ids = destination.nextIds();
    NetworkRecord network = NetworkRecord.of(ids, observation.structure(), ids.timestamp());
    destination.writer().putStatic(network);
  }

  @Override
  public void flush() {
    destination.writer().flush(LONGEST_FLUSH);
  }

  /** Extremes since the last frame. A NaN wins over all numbers on the high side. */
  private static final class Extremes {
    private double lowestScore = Double.NaN;
    private double highestScore = Double.NEGATIVE_INFINITY;
    private double[] largestNorms = new double[0];

    void add(Observation observation) {
      double score = observation.score();
      lowestScore = Double.isNaN(lowestScore) || score < lowestScore ? score : lowestScore;
      highestScore = Math.max(highestScore, score);
      int layers = observation.structure().layers().size();
      boolean first = largestNorms.length != layers;
      largestNorms = first ? new double[layers] : largestNorms;
      for (int layer = 0; layer < layers; layer++) {
        double norm = observation.gradientNorm(layer);
        largestNorms[layer] = first ? norm : Math.max(largestNorms[layer], norm);
      }
    }

    FrameExtremes take() {
      List<Double> norms = new ArrayList<>(largestNorms.length);
      for (double norm : largestNorms) {
        norms.add(norm);
      }
      FrameExtremes taken = new FrameExtremes(lowestScore, highestScore, norms);
      lowestScore = Double.NaN;
      highestScore = Double.NEGATIVE_INFINITY;
      largestNorms = new double[0];
      return taken;
    }
  }
}
