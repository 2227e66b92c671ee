package io.github.dl4jstability.listeners.internal.history;

import io.github.dl4jstability.listeners.internal.observation.Observation;

/**
 * A one-sided cumulative sum test (Page 1954, doi:10.1093/biomet/41.1-2.100) with hysteresis.
 *
 * <p>Each iteration adds its evidence, in decades beyond a threshold: positive if the iteration
 * speaks for the condition, negative if against it. The sum never falls below 0; it raises the
 * condition at {@code limit}, stays between 0 and 2·limit, and clears the condition when it is back
 * at 0.
 *
 * <p>False alarms: if the evidence of a healthy run is m decades short of the threshold on average
 * with standard deviation σ between batches, the chance that the sum ever reaches the limit h after
 * it left 0 is at most exp(−2mh/σ²) (Wald's bound for normal steps). At m = 0.5, σ = 0.3 and h = 3
 * that is below 1e-14; strong evidence, on the other hand, raises the condition within h steps of
 * one decade.
 */
public final class Cusum {
  /** The least that one iteration can say: a single outlier does not clear a condition. */
  private static final double LEAST_EVIDENCE = -1;

  private final double limit;
  private double sum;
  private boolean raised;
  private Onset onset = Onset.NONE;

  public Cusum(double limit) {
    this.limit = limit;
  }

  /**
   * Adds an iteration's evidence.
   *
   * @param evidence decades beyond the threshold; NaN says nothing
   * @return whether the condition is raised
   */
  public boolean add(double evidence, Observation observation) {
    if (Double.isNaN(evidence)) {
      return raised;
    }
    if (sum == 0) {
      onset = Onset.at(observation);
    }
    double bounded = Math.max(LEAST_EVIDENCE, Math.min(limit, evidence));
    sum = Math.max(0, Math.min(2 * limit, sum + bounded));
    raised = raised ? sum > 0 : sum >= limit;
    return raised;
  }

  /** Tells whether there is any evidence so far. */
  public boolean isAboveZero() {
    return sum > 0;
  }

  /** When the present sum left 0. */
  public Onset onset() {
    return onset;
  }
}
