package io.github.dl4jstability.initializers;

/**
 * N(mean, standardDeviation²) restricted to [lower, upper], by rejection.
 *
 * <p>Rejection is exact: no inverse of the distribution function is approximated. The proposal is
 * the one of Robert that accepts often for the interval at hand: the normal itself for an interval
 * around the mean, a shifted exponential for a tail, the uniform for a short interval.
 *
 * @see <a href="https://doi.org/10.1007/BF00143942">Robert 1995, Simulation of truncated normal
 *     variables</a>
 */
record TruncatedNormalSampler(double mean, double standardDeviation, double lower, double upper)
    implements Sampler {

  @Override
  public void fill(RandomStream random, double[] values, int count) {
    double a = (lower - mean) / standardDeviation;
    double b = (upper - mean) / standardDeviation;
    boolean mirrored = b <= 0;
    double from = mirrored ? -b : a;
    double to = mirrored ? -a : b;
    double sign = mirrored ? -standardDeviation : standardDeviation;
    for (int i = 0; i < count; i++) {
      double value = mean + sign * next(random, from, to);
      values[i] = Math.min(Math.max(value, lower), upper); // rounding only
    }
  }

  /** A standard normal value in [from, to], where to > 0. */
  private static double next(RandomStream random, double from, double to) {
    if (from <= 0) {
      return to - from > 1.25 ? around(random, from, to) : uniform(random, from, to, 0);
    }
    if (from < 0.45 && to - from > 1.25) {
      return around(random, from, to);
    }
    // The exponential beats the uniform when the interval is longer than the tail's decay length.
    double decay = 0.5 * (from + StrictMath.sqrt(from * from + 4));
    return (to - from) * decay > 2
        ? exponential(random, from, to, decay)
        : uniform(random, from, to, from);
  }

  private static double around(RandomStream random, double from, double to) {
    double z;
    do {
      z = Ziggurat.next(random);
    } while (z < from || z > to);
    return z;
  }

  private static double exponential(RandomStream random, double from, double to, double decay) {
    while (true) {
      double excess = -StrictMath.log(random.nextOpenDouble()) / decay;
      double z = from + excess;
      double distance = z - decay;
      if (z <= to && random.nextDouble() < StrictMath.exp(-0.5 * distance * distance)) {
        return z;
      }
    }
  }

  /** {@code mode} is the point of [from, to] with the highest density. */
  private static double uniform(RandomStream random, double from, double to, double mode) {
    while (true) {
      double z = from + (to - from) * random.nextDouble();
      if (random.nextDouble() < StrictMath.exp(0.5 * (mode - z) * (mode + z))) {
        return z;
      }
    }
  }
}
