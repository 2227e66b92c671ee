package io.github.dl4jstability.demos.theory;

/**
 * How long gradient descent takes to leave a saddle point whose way down has the curvature −λ.
 *
 * <p>Along that way the distance from the ridge grows by the factor q = 1 + ηλ per step: y(t) =
 * y₀·qᵗ. Gradients with noise of standard deviation σ add steps of ησ, each of which grows from
 * then on, so that y(t) is normal with variance (ησ)²·(q²ᵗ − 1)/(q² − 1) around it.
 *
 * @param rate learning rate η, above 0
 * @param curvature λ, above 0
 */
public record Escape(double rate, double curvature) {
  /** The median of the magnitude of a standard normal number. */
  private static final double MEDIAN_MAGNITUDE = 0.674489750196082;

  /** Checks the numbers. */
  public Escape {
    if (!(rate > 0) || !(curvature > 0)) {
      throw new IllegalArgumentException(
          "rate and curvature must be above 0, were " + rate + " and " + curvature);
    }
  }

  private double growth() {
    return 1 + rate * curvature;
  }

  /**
   * Returns the steps from one distance to another without noise.
   *
   * @param start distance from the ridge at first
   * @param end distance that counts as away
   * @return ln(end/start)/ln(1 + ηλ); infinite from the ridge itself
   */
  public double steps(double start, double end) {
    return Math.log(end / start) / Math.log(growth());
  }

  /**
   * Returns the steps from the ridge itself that half of the runs need when gradients are noisy.
   *
   * @param noise standard deviation σ of the gradient along the way down
   * @param end distance that counts as away
   * @return the t at which the median of |y(t)| is that distance; infinite without noise
   */
  public double medianStepsFromTheRidge(double noise, double end) {
    double ratio = end / (MEDIAN_MAGNITUDE * rate * noise);
    double squaredGrowth = growth() * growth();
    return 0.5 * Math.log1p(ratio * ratio * (squaredGrowth - 1)) / Math.log(growth());
  }
}
