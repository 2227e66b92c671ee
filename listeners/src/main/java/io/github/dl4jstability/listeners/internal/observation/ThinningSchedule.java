package io.github.dl4jstability.listeners.internal.observation;

/**
 * A schedule that thins as a run grows, so that what is kept grows with the logarithm of the run's
 * length only: first each {@code first} steps, and half as often each time that the run's length
 * has doubled.
 *
 * <p>After n steps it has been due about {@code perOctave}·(1 + log₂(n / (first·perOctave))) times.
 * It is a function of the step alone and has no state.
 *
 * @param first distance between the first steps that are due, at least 1
 * @param perOctave how often it is due before the distance doubles, at least 1
 */
public record ThinningSchedule(int first, int perOctave) {
  /** Every step. */
  public static final ThinningSchedule ALWAYS = new ThinningSchedule(1, Integer.MAX_VALUE);

  /** Every twentieth step up to step 1000, then ever fewer. */
  public static final ThinningSchedule EVERY_TWENTIETH_THINNING = new ThinningSchedule(20, 25);

  /** Every twentieth step, however long the run. */
  public static final ThinningSchedule EVERY_TWENTIETH =
      new ThinningSchedule(20, Integer.MAX_VALUE);

  /** Rejects numbers below 1. */
  public ThinningSchedule {
    if (first < 1) {
      throw new IllegalArgumentException("first must be at least 1, was " + first);
    }
    if (perOctave < 1) {
      throw new IllegalArgumentException("perOctave must be at least 1, was " + perOctave);
    }
  }

  /**
   * Tells whether a step is due.
   *
   * @param step number of the step, from 0; step 0 is always due
   * @return whether to act at that step
   */
  public boolean isDue(long step) {
    long octaves = Math.max(1, step / ((long) first * perOctave));
    long distance = first * Long.highestOneBit(octaves);
    return step % distance == 0;
  }
}
