package io.github.dl4jstability.listeners.internal.report;

import java.time.Duration;

/**
 * A point in time until which something may be waited for: several waits, one after the other,
 * share it.
 */
public final class Deadline {
  private final long end;

  private Deadline(long end) {
    this.end = end;
  }

  /**
   * Returns a deadline.
   *
   * @param longest how far it is away
   * @return the time that much later than now
   */
  public static Deadline in(Duration longest) {
    return new Deadline(System.nanoTime() + longest.toNanos());
  }

  /**
   * Returns what is left.
   *
   * @return time until then; zero if it has passed
   */
  public Duration left() {
    return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
  }

  /**
   * Tells whether it has passed.
   *
   * @return true if nothing is left
   */
  public boolean isOver() {
    return left().isZero();
  }
}
