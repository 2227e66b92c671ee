package io.github.dl4jstability.listeners.observation;

/**
 * How the units of a layer (for convolutions: its channels) behaved over one minibatch.
 *
 * <p>Activations are seen as the next layer gets them, so with dropout on the next layer's input a
 * unit may read 0 because it was dropped. Over N examples a unit that is active would be dropped in
 * all of them with probability p^N only.
 *
 * @param units number of units; 0 means that nothing was measured
 * @param neverActive units whose activation was 0 or below for every example (and every position);
 *     counted for activation functions of the ReLU kind, otherwise 0
 * @param saturated units for which at least 95 % of the values lay where the activation function's
 *     slope is below 5 % of its largest; counted for functions that saturate on both sides,
 *     otherwise 0
 * @param saturatedShare share of all values that lay there
 */
public record UnitHealth(int units, int neverActive, int saturated, double saturatedShare) {

  /** Stands where nothing was measured. */
  public static final UnitHealth ABSENT = new UnitHealth(0, 0, 0, Double.NaN);

  /**
   * Tells whether anything was measured.
   *
   * @return false for {@link #ABSENT}
   */
  public boolean isPresent() {
    return units > 0;
  }
}
