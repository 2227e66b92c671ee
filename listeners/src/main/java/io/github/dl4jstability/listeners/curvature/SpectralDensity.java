package io.github.dl4jstability.listeners.curvature;

/**
 * The distribution of eigenvalues: which share of all directions is curved how much. It is given as
 * weighted points, that is as the density Σᵢ wᵢ·δ(λ − λᵢ), with Σᵢ wᵢ = 1.
 */
public final class SpectralDensity {
  private final double[] eigenvalues;
  private final double[] weights;
  private final int products;

  public SpectralDensity(double[] eigenvalues, double[] weights, int products) {
    this.eigenvalues = eigenvalues;
    this.weights = weights;
    this.products = products;
  }

  /** Returns the points λᵢ, ascending. */
  public double[] eigenvalues() {
    return eigenvalues.clone();
  }

  /** Returns the weights wᵢ of the points. */
  public double[] weights() {
    return weights.clone();
  }

  /** Returns the Hessian-vector products that were used. */
  public int products() {
    return products;
  }

  /** Returns the mean of all eigenvalues: the trace divided by the number of parameters. */
  public double mean() {
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      sum += weights[i] * eigenvalues[i];
    }
    return sum;
  }

  /**
   * Returns the share of eigenvalues between two limits.
   *
   * @param from lower limit, inclusive
   * @param to upper limit, exclusive
   * @return a share between 0 and 1
   */
  public double share(double from, double to) {
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      sum += eigenvalues[i] >= from && eigenvalues[i] < to ? weights[i] : 0;
    }
    return sum;
  }

  /**
   * Returns the density as a smooth curve: each point is spread as a normal distribution.
   *
   * @param at where, an eigenvalue
   * @param width the standard deviation; must be positive
   * @return the density, whose integral over all eigenvalues is 1
   */
  public double density(double at, double width) {
    if (!(width > 0)) {
      throw new IllegalArgumentException("width must be positive, was " + width);
    }
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      double distance = (at - eigenvalues[i]) / width;
      sum += weights[i] * Math.exp(-0.5 * distance * distance);
    }
    return sum / (width * Math.sqrt(2 * Math.PI));
  }
}
