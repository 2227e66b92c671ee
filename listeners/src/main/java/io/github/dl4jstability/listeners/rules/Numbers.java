package io.github.dl4jstability.listeners.rules;

import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/** Writes numbers for people: two or three digits, powers of ten where they are easier to read. */
final class Numbers {
  private Numbers() {}

  static String text(double x) {
    double magnitude = Math.abs(x);
    if (!Double.isFinite(x)) {
      return Double.isNaN(x) ? "NaN" : x > 0 ? "infinity" : "-infinity";
    }
    if (x == 0) {
      return "0";
    }
    if (magnitude >= 1e4 || magnitude < 1e-2) {
      return String.format(Locale.ROOT, "%.1e", x)
          .replace("e-0", "e-")
          .replace("e+0", "e+")
          .replace(".0e", "e");
    }
    return String.format(Locale.ROOT, magnitude < 1 ? "%.2f" : magnitude < 100 ? "%.1f" : "%.0f", x)
        .replaceAll("\\.0$", "");
  }

  /** A loop: in a look that is taken now and then, a stream takes longer than all the rest. */
  static <T> boolean isAny(List<T> all, Predicate<T> test) {
    for (T one : all) {
      if (test.test(one)) {
        return true;
      }
    }
    return false;
  }

  /** √(a² + b²); Math.hypot takes ten times as long and is needed far from 1 only. */
  static double together(double a, double b) {
    double square = a * a + b * b;
    return square > 1e-290 && square < 1e290 ? Math.sqrt(square) : Math.hypot(a, b);
  }
}
