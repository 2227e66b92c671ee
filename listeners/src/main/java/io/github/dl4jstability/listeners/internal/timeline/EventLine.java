package io.github.dl4jstability.listeners.internal.timeline;

import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.DiagnosisEvent;
import io.github.dl4jstability.listeners.Recording;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Diagnosis events as lines of tab-separated text, so that what two versions say of a recording can
 * be compared by {@code diff}. The columns: recording, run, iteration, what happened, number of the
 * diagnosis, severity, condition, since which iteration, layers, causes, evidence, explanation,
 * remedy.
 *
 * <p>Numbers have ten digits: the last of a double's seventeen differ between processors and Java
 * versions.
 */
public final class EventLine {
  /** What divides the columns. */
  public static final String SEPARATOR = "\t";

  private static final MathContext DIGITS = new MathContext(10);

  private EventLine() {}

  /**
   * Judges a recording.
   *
   * @param name of the recording, for the first column
   * @param recording the recording
   * @return a line for each event, in order
   */
  public static List<String> all(String name, Recording recording) {
    List<String> lines = new ArrayList<>();
    recording.judge(
        iteration -> {
          for (DiagnosisEvent event : iteration.events()) {
            lines.add(of(name, iteration.run(), event));
          }
        });
    return lines;
  }

  private static String of(String recording, int run, DiagnosisEvent event) {
    Diagnosis diagnosis = event.diagnosis();
    return List.of(
            recording,
            Integer.toString(run),
            Integer.toString(event.iteration()),
            event.kind().name(),
            Integer.toString(event.serial()),
            diagnosis.severity().name(),
            diagnosis.condition().name(),
            Integer.toString(diagnosis.iteration()),
            String.join(", ", diagnosis.layers()),
            causes(diagnosis),
            evidence(diagnosis),
            diagnosis.explanation(),
            diagnosis.remedy())
        .stream()
        .map(Plain::text)
        .collect(Collectors.joining(SEPARATOR));
  }

  private static String causes(Diagnosis diagnosis) {
    List<String> causes = new ArrayList<>();
    for (Optional<Diagnosis> cause = diagnosis.cause();
        cause.isPresent();
        cause = cause.get().cause()) {
      causes.add(cause.get().condition() + " since " + cause.get().iteration());
    }
    return String.join(", ", causes);
  }

  private static String evidence(Diagnosis diagnosis) {
    return diagnosis.evidence().entrySet().stream()
        .map(entry -> entry.getKey() + " = " + number(entry.getValue()))
        .collect(Collectors.joining("; "));
  }

  private static String number(double value) {
    if (!Double.isFinite(value) || value == 0) {
      return Double.toString(value);
    }
    BigDecimal rounded = new BigDecimal(value).round(DIGITS).stripTrailingZeros();
    return rounded.toString();
  }
}
