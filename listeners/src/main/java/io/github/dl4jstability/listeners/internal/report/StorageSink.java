package io.github.dl4jstability.listeners.internal.report;

import io.github.dl4jstability.listeners.DiagnosisEvent;
import io.github.dl4jstability.listeners.internal.logging.LoggedFault;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure;
import io.github.dl4jstability.listeners.internal.observation.Observation;
import io.github.dl4jstability.listeners.internal.observation.ThinningSchedule;
import io.github.dl4jstability.listeners.internal.record.DiagnosisRecord;
import io.github.dl4jstability.listeners.internal.record.FrameExtremes;
import io.github.dl4jstability.listeners.internal.record.NetworkRecord;
import io.github.dl4jstability.listeners.internal.record.ObservationRecord;
import io.github.dl4jstability.listeners.internal.record.RecordIds;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.deeplearning4j.core.storage.Persistable;

/**
 * Writes what our tab in the training UI shows. Every diagnosis event is written; of the iterations
 * a number that grows with the logarithm of the run's length, each with the extremes since the last
 * one, and every iteration with a diagnosis event or a first non-finite value.
 */
public final class StorageSink implements Sink {
  private static final ThinningSchedule FRAMES = new ThinningSchedule(1, 128);

  private final Destination destination;
  private final Deferred deferred;
  private final Extremes extremes = new Extremes();
  private long step;

  /**
   * Creates a sink for one run.
   *
   * @param destination where to write
   * @param faults told of a record that could not be made, in the thread that writes
   */
  public StorageSink(Destination destination, Consumer<LoggedFault> faults) {
    this.destination = destination;
    this.deferred = new Deferred(faults);
  }

  @Override
  public void accept(Observation observation, List<DiagnosisEvent> events) {
    if (step == 0) {
      start(observation);
    }
    extremes.add(observation);
    boolean due = FRAMES.isDue(step++);
    RecordWriter writer = destination.writer();
    if (!events.isEmpty()) {
      writer.putFrame(frame(observation), Weight.of(observation));
    } else if (due) {
      writer.putMeasurement(frame(observation), Weight.of(observation));
    }
    for (DiagnosisEvent event : events) {
      writer.putDiagnosis(DiagnosisRecord.of(destination.nextIds(), event), Weight.of(event));
    }
  }

  private Supplier<Optional<Persistable>> frame(Observation observation) {
    RecordIds ids = destination.nextIds();
    FrameExtremes taken = extremes.take();
    return deferred.make(() -> ObservationRecord.of(ids, observation, taken));
  }

  private void start(Observation observation) {
    RecordIds ids = destination.nextIds();
    NetworkStructure structure = observation.structure();
    NetworkRecord network = NetworkRecord.of(ids, structure, ids.timestamp());
    destination.writer().putStatic(network, Weight.of(structure));
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
