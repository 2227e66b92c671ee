package io.github.dl4jstability.listeners.internal.observation;

/**
 * Sees what the rules of one run are given, in the order in which they are given it. They see
 * nothing else: given the same, they say the same.
 */
public interface Witness {
  /** Sees and forgets. */
  Witness NONE =
      new Witness() {
        @Override
        public void observed(Observation observation) {}

        @Override
        public void lookedAt(StationaryNumbers numbers) {}

        @Override
        public void notLookedAt(String reason) {}
      };

  /**
   * The rules judge an iteration.
   *
   * @param observation what was measured in it
   */
  void observed(Observation observation);

  /**
   * The rules get what the curvature probe measured at the place of a stall.
   *
   * @param numbers what was measured
   */
  void lookedAt(StationaryNumbers numbers);

  /**
   * The rules get why nothing was measured at the place of a stall.
   *
   * @param reason why, as part of a sentence
   */
  void notLookedAt(String reason);
}
