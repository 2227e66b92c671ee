package io.github.dl4jstability.initializers;

/** U(lower, upper), with 53 random bits. */
record UniformSampler(double lower, double upper) implements Sampler {

  @Override
  public void fill(RandomStream random, double[] values, int count) {
    double middle = 0.5 * lower + 0.5 * upper;
    double halfRange = 0.5 * upper - 0.5 * lower;
    for (int i = 0; i < count; i++) {
      values[i] = middle + halfRange * ((random.nextLong() >> 10 | 1) * 0x1.0p-53);
    }
  }
}
