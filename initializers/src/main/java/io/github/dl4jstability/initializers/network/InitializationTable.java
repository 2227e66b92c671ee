package io.github.dl4jstability.initializers.network;

import java.util.List;
import java.util.Locale;

/**
 * What an initialization does, or did, to each parameter.
 *
 * @param rows one per parameter that is not frozen, in the order of the forward pass
 * @param unusedRules the rules that decided no parameter, because they fit none or an earlier one
 *     fits too, other than defaults; often a name that is spelled wrong
 */
public record InitializationTable(List<Row> rows, List<String> unusedRules) {

  /**
   * One parameter.
   *
   * @param layer the name of the layer or vertex
   * @param parameter the name of the parameter in it
   * @param shape the shape
   * @param fanIn the true fan-in; 0 if there is none
   * @param fanOut the true fan-out; 0 if there is none
   * @param scheme the initializer, with the reason of its rule in parentheses if it gives one; or
   *     {@code "unchanged"}
   * @param standardDeviation that of the values themselves, around their mean
   */
  public record Row(
      String layer,
      String parameter,
      List<Long> shape,
      double fanIn,
      double fanOut,
      String scheme,
      double standardDeviation) {

    /** Copies the shape. */
    public Row {
      shape = List.copyOf(shape);
    }
  }

  /** Copies the lists. */
  public InitializationTable {
    rows = List.copyOf(rows);
    unusedRules = List.copyOf(unusedRules);
  }

  /** Returns the table as text with aligned columns, one line per parameter or unused rule. */
  @Override
  public String toString() {
    String format = "%-20s %-10s %-20s %9s %9s  %-12s %s%n";
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            format,
            "layer",
            "parameter",
            "shape",
            "fan-in",
            "fan-out",
            "std",
            "scheme"));
    for (Row row : rows) {
      text.append(
          String.format(
              Locale.ROOT,
              format,
              row.layer,
              row.parameter,
              row.shape,
              count(row.fanIn),
              count(row.fanOut),
              String.format(Locale.ROOT, "%.4g", row.standardDeviation),
              row.scheme));
    }
    unusedRules.forEach(
        rule -> text.append("no parameter for ").append(rule).append(System.lineSeparator()));
    return text.toString();
  }

  private static String count(double fan) {
    boolean isWhole = fan == Math.rint(fan);
    return String.format(Locale.ROOT, isWhole ? "%.0f" : "%.2f", fan);
  }
}
