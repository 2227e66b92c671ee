package io.github.dl4jstability.listeners.internal.rules.units;

/**
 * What share of a rectifier layer's units is silent by the chance of its initial weights alone.
 *
 * <p>A unit with random weights and no bias is on for one of two examples or both, or silent for
 * both with probability ½ − θ/2π, where θ is the angle between the two examples as the layer sees
 * them. With more examples fewer are silent, so the two that are farthest apart bound the share
 * from above. From one layer to the next the angle shrinks by the arc-cosine map cos θ′ = (sin θ +
 * (π − θ)·cos θ)/π (Cho and Saul 2009), so the share grows with depth, from at most 1/4 behind
 * centred data toward 1/2, and never beyond.
 *
 * <p>Hence two bounds for a layer's chance share: what a later layer shows, and what its
 * predecessor's share becomes by the map. A layer that is above both by more than the binomial
 * deviation is silent for another reason.
 */
final class DeadByChance {
  /** No random layer without bias has more, in the limit of great depth. */
  static final double LIMIT = 0.5;

  private DeadByChance() {}

  /** The bound for the layer behind one with the given share. */
  static double next(double share) {
    double angle = 2 * Math.PI * (LIMIT - Math.min(LIMIT, share));
    double cosine = (Math.sin(angle) + (Math.PI - angle) * Math.cos(angle)) / Math.PI;
    return ofCosine(cosine);
  }

  /** The bound for a layer whose two most different inputs have a certain cosine. */
  static double ofCosine(double cosine) {
    return LIMIT - Math.acos(Math.max(-1, Math.min(1, cosine))) / (2 * Math.PI);
  }

  /** The variance of the share of a layer; never below that of a single unit more or less. */
  static double variance(double share, int units) {
    return Math.max(share * (1 - share), 1.0 / units) / units;
  }
}
