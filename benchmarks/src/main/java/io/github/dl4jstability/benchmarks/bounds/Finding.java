package io.github.dl4jstability.benchmarks.bounds;

import java.util.Locale;
import java.util.Optional;

/**
 * One bound and what was measured.
 *
 * @param bound what is bounded, and where
 * @param promised the largest value allowed
 * @param measured the value
 * @param unit of both
 */
record Finding(String bound, double promised, double measured, String unit) {
  private static final String MARK = "@bound";

  boolean isKept() {
    return measured <= promised;
  }

  /** Returns a row of the table. */
  String row() {
    return String.format(
        Locale.ROOT,
        "| %s | %s | %s | %s |",
        bound,
        number(promised) + " " + unit,
        number(measured) + " " + unit,
        isKept() ? "OK" : "FALLS SHORT");
  }

  private static String number(double value) {
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%.0f", value)
        : String.format(Locale.ROOT, "%.3g", value);
  }

  String line() {
    return String.join("\t", MARK, bound, promised + "", measured + "", unit);
  }

  /** Reads a line; empty if it is another one. */
  static Optional<Finding> parse(String line) {
    String[] words = line.split("\t", -1);
    return words.length == 5 && words[0].equals(MARK)
        ? Optional.of(
            new Finding(
                words[1], Double.parseDouble(words[2]), Double.parseDouble(words[3]), words[4]))
        : Optional.empty();
  }
}
