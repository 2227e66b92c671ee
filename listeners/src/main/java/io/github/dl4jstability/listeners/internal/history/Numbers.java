package io.github.dl4jstability.listeners.internal.history;

import io.github.dl4jstability.listeners.Evidence;
import java.util.List;
import java.util.function.Predicate;

/** Small sums, and numbers as people read them. */
public final class Numbers {
  private Numbers() {}

  /** Writes a number for people. */
  public static String text(double x) {
    return Evidence.Unit.NUMBER.text(x);
  }

  /** A loop: in a look that is taken now and then, a stream takes longer than all the rest. */
  public static <T> boolean isAny(List<T> all, Predicate<T> test) {
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
