package io.github.dl4jstability.initializers.network;

import java.util.List;
import java.util.Locale;

/**
 * What layer-sequential unit variance did to each layer.
 *
 * @param rows one per layer with weights, in the order of the forward pass
 * @param warnings what may make the result unreliable, such as a small batch
 */
public record LsuvReport(List<Row> rows, List<String> warnings) {

  /** What became of a layer. */
  public enum Outcome {
    /** Its variance is within the tolerance of the target. */
    REACHED,
    /** Its variance is still outside the tolerance after the last pass. */
    NOT_REACHED,
    /** Its output does not vary at all; its weights were not scaled. */
    NO_SPREAD,
    /** Its output has NaN or infinite values; its weights were not scaled. */
    NOT_FINITE,
    /** A recurrent, attention or similar layer: its output was measured, nothing was scaled. */
    MEASURED,
    /** Nothing of it was seen, and nothing was scaled. */
    NOT_SEEN
  }

  /**
   * One layer.
   *
   * @param layer its name
   * @param outcome what became of it
   * @param target the variance aimed at: 1, or less for the last layer of a residual branch; NaN
   *     for layers that are only measured
   * @param varianceBefore the variance of its output before the activation, with the start weights;
   *     of layers that are only measured, the variance of their output
   * @param varianceAfter the same at the last measurement
   * @param scalings how often its weights were scaled
   */
  public record Row(
      String layer,
      Outcome outcome,
      double target,
      double varianceBefore,
      double varianceAfter,
      int scalings) {}

  /** Copies the lists. */
  public LsuvReport {
    rows = List.copyOf(rows);
    warnings = List.copyOf(warnings);
  }

  /**
   * Returns whether every layer that is scaled reached its target.
   *
   * @return whether all outcomes are {@link Outcome#REACHED} or {@link Outcome#MEASURED}
   */
  public boolean isReached() {
    return rows.stream()
        .allMatch(row -> row.outcome == Outcome.REACHED || row.outcome == Outcome.MEASURED);
  }

  /** Returns the warnings and a table with aligned columns. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    warnings.forEach(warning -> text.append("warning: ").append(warning).append('\n'));
    String format = "%-20s %-12s %10s %12s %12s %9s%n";
    text.append(
        String.format(
            Locale.ROOT, format, "layer", "outcome", "target", "before", "after", "scalings"));
    for (Row row : rows) {
      text.append(
          String.format(
              Locale.ROOT,
              format,
              row.layer,
              row.outcome,
              number(row.target),
              number(row.varianceBefore),
              number(row.varianceAfter),
              row.scalings));
    }
    return text.toString();
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4g", value);
  }
}
