package io.github.dl4jstability.listeners.internal.observation;

/**
 * How the units of a layer (for convolutions: its channels) behaved over one minibatch or, where
 * that gives a unit fewer than 32 values, over the last few.
 *
 * <p>Dropout on the next layer's input, which writes into the activations before anyone can see
 * them, is undone: its factor is taken out and its zeros are not counted. With noise instead of
 * dropout nothing is measured.
 *
 * @param units number of units; 0 means that nothing was measured
 * @param neverActive units whose activation was 0 for every example (and every position); counted
 *     for activation functions of the ReLU kind, otherwise 0
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
