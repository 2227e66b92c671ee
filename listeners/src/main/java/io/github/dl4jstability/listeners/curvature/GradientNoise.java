package io.github.dl4jstability.listeners.curvature;

/**
 * How much of a gradient is signal and how much is the choice of examples (McCandlish, Kaplan,
 * Amodei 2018, arXiv:1812.06162).
 *
 * <p>With gradients g₁ … g_B of B parts of b examples each and their mean ḡ, the spread S = Σ‖gᵢ −
 * ḡ‖²/(B − 1) estimates tr(Σ)/b, and ‖ḡ‖² − S/B is unbiased for ‖G‖², where Σ is the covariance of
 * the gradient of one example and G the gradient over unlimited data.
 *
 * @param covarianceTrace tr(Σ) of the gradient of a single example
 * @param squaredNorm estimate of ‖G‖²; negative when noise hides the gradient
 * @param parts number B of parts
 * @param examplesPerPart number b of examples in each
 */
public record GradientNoise(
    double covarianceTrace, double squaredNorm, int parts, int examplesPerPart) {

  /**
   * Returns the simple noise scale tr(Σ)/‖G‖²: the number of examples at which noise and signal are
   * equal. Batches much smaller are dominated by noise; much larger ones waste work. Infinite when
   * no gradient can be seen.
   */
  public double noiseScale() {
    return squaredNorm > 0 ? covarianceTrace / squaredNorm : Double.POSITIVE_INFINITY;
  }

  /**
   * Returns ‖ḡ‖² divided by what it would be if the true gradient were zero: about 1 means that the
   * whole gradient may be noise.
   */
  public double signalToNoise() {
    double noise = covarianceTrace / ((double) parts * examplesPerPart);
    return (squaredNorm + noise) / noise;
  }
}
