package io.github.dl4jstability.initializers;

/** Independent values from one distribution. Implementations are immutable. */
interface Sampler {

  /** Fills the first {@code count} places of {@code values}. */
  void fill(RandomStream random, double[] values, int count);

  /** Returns the lower bound of the values, which rounding to float must not cross. */
  default double lower() {
    return Double.NEGATIVE_INFINITY;
  }

  /** Returns the upper bound of the values, which rounding to float must not cross. */
  default double upper() {
    return Double.POSITIVE_INFINITY;
  }
}
