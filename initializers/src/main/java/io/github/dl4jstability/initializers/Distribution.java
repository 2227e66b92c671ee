package io.github.dl4jstability.initializers;

/** The shape of a zero-mean distribution whose standard deviation is prescribed. */
public enum Distribution {
  /** U(−√3·std, √3·std). */
  UNIFORM {
    @Override
    Sampler withStandardDeviation(double std) {
      double limit = Math.sqrt(3) * std;
      return new UniformSampler(-limit, limit);
    }
  },
  /** N(0, std²), not truncated. */
  NORMAL {
    @Override
    Sampler withStandardDeviation(double std) {
      return new NormalSampler(0, std);
    }
  },
  /**
   * A normal cut at two of its own standard deviations, widened by 1/0.87962566103423978 so that
   * the standard deviation after the cut is the prescribed one.
   */
  TRUNCATED_NORMAL {
    @Override
    Sampler withStandardDeviation(double std) {
      double parent = std / STANDARD_DEVIATION_WITHIN_TWO_SIGMA;
      return new TruncatedNormalSampler(0, parent, -2 * parent, 2 * parent);
    }
  };

  /** √(1 − 4φ(2)/(2Φ(2) − 1)). */
  static final double STANDARD_DEVIATION_WITHIN_TWO_SIGMA = 0.8796256610342398;

  abstract Sampler withStandardDeviation(double std);
}
