package io.github.dl4jstability.listeners.internal.stall.probing;

/**
 * How much time may go into looking: a share of the time since the run began. A run shorter than
 * ten seconds counts as ten, since without that no short run would ever get an answer: a network of
 * a few layers needs a quarter of a second for one, and half a second on a busy machine. No look
 * takes longer than 20 seconds, however long the run. It comes in turns between iterations, of
 * which none is longer than a quarter of a second.
 */
final class TimeBudget {
  private static final double SHORTEST_RUN_SECONDS = 10;
  private static final double LONGEST_LOOK_SECONDS = 20;

  /** The longest that training waits at once. */
  private static final double LONGEST_TURN_SECONDS = StallProbing.LONGEST_TURN.toNanos() / 1e9;

  private static final double NANOS = 1e9;

  private final double share;
  private final double longestLookSeconds;
  private final double longestTurnSeconds;
  private long start = -1;
  private double spentSeconds;

  TimeBudget(double share) {
    this(share, LONGEST_LOOK_SECONDS, LONGEST_TURN_SECONDS);
  }

  private TimeBudget(double share, double longestLookSeconds, double longestTurnSeconds) {
    this.share = share;
    this.longestLookSeconds = longestLookSeconds;
    this.longestTurnSeconds = longestTurnSeconds;
  }

  /** A budget that allows an hour at any time, and at once. */
  static TimeBudget ofAnHour() {
    return new TimeBudget(Double.MAX_VALUE, 3600, 3600);
  }

  boolean isOff() {
    return share == 0;
  }

  /** The run begins with the first call. */
  void start(long nanoTime) {
    if (start < 0) {
      start = nanoTime;
    }
  }

  void spend(double seconds) {
    spentSeconds += seconds;
  }

  /** Returns the seconds that a look at this time may take; negative if there were too many. */
  double allowedSeconds(long nanoTime) {
    double elapsed = Math.max(SHORTEST_RUN_SECONDS, (nanoTime - start) / NANOS);
    return Math.min(longestLookSeconds, share * elapsed - spentSeconds);
  }

  /** Returns the nanoseconds that training may wait at this time; negative if none. */
  long turnNanos(long nanoTime) {
    double elapsed = Math.max(SHORTEST_RUN_SECONDS, (nanoTime - start) / NANOS);
    return (long) (NANOS * Math.min(longestTurnSeconds, share * elapsed - spentSeconds));
  }
}
