package io.github.dl4jstability.initializers;

/** Checks of constructor arguments; the message carries name, rule and received value. */
final class Require {

  private Require() {}

  static double finite(String name, double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(name + " must be finite, was " + value);
    }
    return value;
  }

  static double positive(String name, double value) {
    if (!(value > 0 && Double.isFinite(value))) {
      throw new IllegalArgumentException(name + " must be positive and finite, was " + value);
    }
    return value;
  }

  static double notNegative(String name, double value) {
    if (!(value >= 0 && Double.isFinite(value))) {
      throw new IllegalArgumentException(name + " must be at least 0 and finite, was " + value);
    }
    return value;
  }

  static void ordered(double lower, double upper) {
    if (!(lower < upper)) {
      throw new IllegalArgumentException(
          "lower must be below upper, was lower = " + lower + ", upper = " + upper);
    }
  }
}
