package io.github.dl4jstability.benchmarks.accuracy;

import io.github.dl4jstability.benchmarks.accuracy.Outcome.Told;
import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.DiagnosisEvent;
import io.github.dl4jstability.listeners.JudgedIteration;
import io.github.dl4jstability.listeners.Recording;
import io.github.dl4jstability.listeners.Severity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Judges a recording of a run as {@link RecordedTrial} judges the run itself. What was found while
 * iterations waited to be judged together counts from the iteration in which it was found, not from
 * the one in which it was told.
 */
final class JudgedTrial {
  private final int limit;
  private final List<Told> told = new ArrayList<>();
  private final List<Told> primaries = new ArrayList<>();
  private final Map<String, Severity> severities = new HashMap<>();
  private double[] losses = new double[256];
  private Optional<Diagnosis> primary = Optional.empty();
  private Optional<Condition> lastPrimary = Optional.empty();
  private int iteration;

  private JudgedTrial(int limit) {
    this.limit = limit;
  }

  /**
   * Judges a recording.
   *
   * @param path the file
   * @param seed the run's seed
   * @param limit how many iterations the run had to have
   */
  static Outcome of(Path path, long seed, int limit) {
    JudgedTrial trial = new JudgedTrial(limit);
    try {
      Recording recording = Recording.open(path);
      recording.judge(trial::take);
      return trial.outcome(seed, trial.failure(recording));
    } catch (IOException e) {
      return trial.outcome(seed, Optional.of(e.toString()));
    }
  }

  private Optional<String> failure(Recording recording) {
    if (recording.stopReason().isPresent()) {
      return recording.stopReason();
    }
    return iteration >= limit
        ? Optional.empty()
        : Optional.of("recorded " + iteration + " of " + limit);
  }

  private Outcome outcome(long seed, Optional<String> failure) {
    return new Outcome(
        seed,
        iteration,
        told,
        primaries,
        primary,
        new LossCurve(Arrays.copyOf(losses, iteration)),
        failure);
  }

  private void take(JudgedIteration judged) {
    if (iteration == losses.length) {
      losses = Arrays.copyOf(losses, 2 * losses.length);
    }
    losses[iteration] = judged.loss();
    judged.events().forEach(event -> take(judged.run() + "/" + event.serial(), event));
    primary = judged.primary();
    Optional<Condition> condition = primary.map(Diagnosis::condition);
    if (!condition.equals(lastPrimary)) {
      lastPrimary = condition;
      primary.ifPresent(diagnosis -> add(primaries, diagnosis));
    }
    iteration++;
  }

  private void take(String key, DiagnosisEvent event) {
    Severity severity = event.diagnosis().severity();
    if (event.kind() == DiagnosisEvent.Kind.WITHDRAWN) {
      severities.remove(key);
    } else if (severities.put(key, severity) != severity) {
      add(told, event.diagnosis());
    }
  }

  private void add(List<Told> list, Diagnosis diagnosis) {
    if (list.size() < RecordedTrial.LARGEST_TOLD) {
      list.add(new Told(iteration, diagnosis));
    }
  }
}
