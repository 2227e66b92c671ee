package io.github.dl4jstability.benchmarks.accuracy;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Severity;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A {@link Verdict} as a line of tab-separated text, so that a long measurement can go on later.
 */
final class VerdictLine {
  private static final String TAB = "\t";
  private static final String NONE = "-";
  private static final int FIELDS = 18;

  private VerdictLine() {}

  static String write(Verdict verdict) {
    return String.join(
        TAB,
        List.of(
            verdict.scenario(),
            verdict.family(),
            Long.toString(verdict.seed()),
            text(verdict.condition()),
            Boolean.toString(verdict.well()),
            Boolean.toString(verdict.detected()),
            Boolean.toString(verdict.rightCause()),
            Boolean.toString(verdict.rightFirst()),
            text(verdict.rightLayers()),
            text(verdict.rightNumber()),
            verdict.delay().isPresent() ? Integer.toString(verdict.delay().getAsInt()) : NONE,
            text(verdict.alarm()),
            Boolean.toString(verdict.falseStall()),
            Integer.toString(verdict.iterations()),
            Double.toString(verdict.start()),
            Double.toString(verdict.end()),
            Double.toString(verdict.rising()),
            verdict.said().replaceAll("\\s+", " ")));
  }

  /**
   * Reads a line.
   *
   * @throws IllegalArgumentException if it was not written by {@link #write}
   */
  static Verdict read(String line) {
    List<String> fields = List.of(line.split(TAB, -1));
    if (fields.size() != FIELDS) {
      throw new IllegalArgumentException(
          "a result must have " + FIELDS + " fields, has " + fields.size() + ": " + line);
    }
    return new Verdict(
        fields.get(0),
        fields.get(1),
        Long.parseLong(fields.get(2)),
        optional(fields.get(3)).map(Condition::valueOf),
        Boolean.parseBoolean(fields.get(4)),
        Boolean.parseBoolean(fields.get(5)),
        Boolean.parseBoolean(fields.get(6)),
        Boolean.parseBoolean(fields.get(7)),
        optional(fields.get(8)).map(Boolean::parseBoolean),
        optional(fields.get(9)).map(Boolean::parseBoolean),
        optional(fields.get(10))
            .map(text -> OptionalInt.of(Integer.parseInt(text)))
            .orElseGet(OptionalInt::empty),
        optional(fields.get(11)).map(Severity::valueOf),
        Boolean.parseBoolean(fields.get(12)),
        Integer.parseInt(fields.get(13)),
        Double.parseDouble(fields.get(14)),
        Double.parseDouble(fields.get(15)),
        Double.parseDouble(fields.get(16)),
        fields.get(17));
  }

  private static String text(Optional<?> value) {
    return value.map(Object::toString).orElse(NONE);
  }

  private static Optional<String> optional(String text) {
    return text.equals(NONE) ? Optional.empty() : Optional.of(text);
  }
}
