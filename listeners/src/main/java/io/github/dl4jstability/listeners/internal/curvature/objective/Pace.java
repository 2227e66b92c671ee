package io.github.dl4jstability.listeners.internal.curvature.objective;

/**
 * Sets the pace of a probe: it is asked before each piece of work and may make the probe wait. A
 * piece is one evaluation over as many examples as are evaluated at once.
 */
public interface Pace {

  /** Never waits. */
  Pace UNHURRIED =
      new Pace() {
        @Override
        public void beforePiece(double work) {
          // Goes on at once.
        }

        @Override
        public long workedNanos() {
          return System.nanoTime();
        }
      };

  /**
   * Returns when the probe may go on.
   *
   * @param work what follows, in gradients of one example; a loss without its gradient counts a
   *     third
   */
  void beforePiece(double work);

  /**
   * Returns the time that goes into the work, without the time spent waiting, from any origin.
   *
   * @return nanoseconds
   */
  long workedNanos();
}
