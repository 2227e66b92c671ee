package io.github.dl4jstability.initializers;

/** N(mean, standardDeviation²). */
record NormalSampler(double mean, double standardDeviation) implements Sampler {

  @Override
  public void fill(RandomStream random, double[] values, int count) {
    for (int i = 0; i < count; i++) {
      values[i] = mean + standardDeviation * Ziggurat.next(random);
    }
  }
}
