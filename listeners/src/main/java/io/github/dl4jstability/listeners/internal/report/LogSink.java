package io.github.dl4jstability.listeners.internal.report;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.DiagnosisEvent;
import io.github.dl4jstability.listeners.Severity;
import io.github.dl4jstability.listeners.internal.logging.LogText;
import io.github.dl4jstability.listeners.internal.observation.Observation;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;

/**
 * Writes one line for each change of verdict: when a diagnosis is made, when its severity or its
 * cause changes, and when it no longer holds. A consequence gets a short line that names its cause,
 * whose own line has told what to do. Names of layers cannot break a line.
 */
public final class LogSink implements Sink {
  private static final int LARGEST_LAYER_LIST = 6;

  private final Logger log;
  private final Map<Integer, Written> written = new HashMap<>();

  private record Written(Severity severity, Optional<Condition> cause) {
    static Written of(Diagnosis diagnosis) {
      Optional<Condition> cause = diagnosis.cause().map(c -> c.root().condition());
      return new Written(cause.isPresent() ? Severity.INFO : diagnosis.severity(), cause);
    }
  }

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
    Written now = Written.of(diagnosis);
    if (now.equals(written.put(event.serial(), now))) {
      return;
    }
    String line =
        LogText.oneLine(
            now.cause().isPresent()
                ? consequence(event.iteration(), diagnosis)
                : line(event.iteration(), diagnosis));
    switch (now.severity()) {
      case ERROR -> log.error(line);
      case WARNING -> log.warn(line);
      case INFO -> log.info(line);
    }
  }

  private static String consequence(int iteration, Diagnosis diagnosis) {
    Diagnosis root = diagnosis.root();
    return start(iteration, diagnosis)
        .append(", in consequence of ")
        .append(root.condition().title())
        .append(" since iteration ")
        .append(root.iteration())
        .append(".")
        .toString();
  }

  static String line(int iteration, Diagnosis diagnosis) {
    return start(iteration, diagnosis)
        .append(". ")
        .append(diagnosis.explanation())
        .append(" Remedy: ")
        .append(diagnosis.remedy())
        .append(" (docs/conditions/")
        .append(diagnosis.condition().page())
        .append(")")
        .toString();
  }

  private static StringBuilder start(int iteration, Diagnosis diagnosis) {
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
    return line.append(" since iteration ").append(diagnosis.iteration());
  }

  private static String layers(List<String> names) {
    String list = String.join(", ", names.subList(0, Math.min(LARGEST_LAYER_LIST, names.size())));
    int more = names.size() - LARGEST_LAYER_LIST;
    return (names.size() == 1 ? "layer " : "layers ")
        + list
        + (more > 0 ? " and " + more + " more" : "");
  }
}
