package io.github.dl4jstability.listeners.report;

import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.DiagnosisEvent;
import io.github.dl4jstability.listeners.Severity;
import io.github.dl4jstability.listeners.observation.Observation;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;

/**
 * Writes one line for each change of verdict: when a diagnosis is made, when its severity changes,
 * and when it no longer holds.
 */
public final class LogSink implements Sink {
  private static final int LARGEST_LAYER_LIST = 6;

  private final Logger log;
  private final Map<Integer, Severity> written = new HashMap<>();

  /**
   * Creates a sink.
   *
   * @param log where to write
   */
  public LogSink(Logger log) {
    this.log = log;
  }

  @Override
  public void accept(Observation observation, List<DiagnosisEvent> events) {
    events.forEach(this::accept);
  }

  private void accept(DiagnosisEvent event) {
    Diagnosis diagnosis = event.diagnosis();
    if (event.kind() == DiagnosisEvent.Kind.WITHDRAWN) {
      written.remove(event.serial());
      log.info("Iteration {}: no longer {}.", event.iteration(), diagnosis.condition().title());
      return;
    }
    if (written.put(event.serial(), diagnosis.severity()) == diagnosis.severity()) {
      return;
    }
    String line = line(event.iteration(), diagnosis);
    switch (diagnosis.severity()) {
      case ERROR -> log.error(line);
      case WARNING -> log.warn(line);
      case INFO -> log.info(line);
    }
  }

  static String line(int iteration, Diagnosis diagnosis) {
    String title = diagnosis.condition().title();
    StringBuilder line =
        new StringBuilder()
            .append("Iteration ")
            .append(iteration)
            .append(": ")
            .append(title.substring(0, 1).toUpperCase(Locale.ROOT))
            .append(title.substring(1));
    if (!diagnosis.layers().isEmpty()) {
      line.append(" in ").append(layers(diagnosis.layers()));
    }
    line.append(" since iteration ").append(diagnosis.iteration()).append(". ");
    line.append(diagnosis.explanation());
    diagnosis
        .cause()
        .ifPresent(
            cause -> line.append(" Caused by: ").append(cause.condition().title()).append("."));
    return line.append(" Remedy: ")
        .append(diagnosis.remedy())
        .append(" (docs/conditions/")
        .append(diagnosis.condition().page())
        .append(")")
        .toString();
  }

  private static String layers(List<String> names) {
    String list = String.join(", ", names.subList(0, Math.min(LARGEST_LAYER_LIST, names.size())));
    int more = names.size() - LARGEST_LAYER_LIST;
    return (names.size() == 1 ? "layer " : "layers ")
        + list
        + (more > 0 ? " and " + more + " more" : "");
  }
}
