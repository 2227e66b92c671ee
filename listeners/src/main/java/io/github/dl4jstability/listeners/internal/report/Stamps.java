package io.github.dl4jstability.listeners.internal.report;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Gives each record a millisecond of its own, since storages keep one record per millisecond. When
 * records come faster than that, stamps run ahead of the clock. Thread-safe.
 */
public final class Stamps {
  private final AtomicLong last = new AtomicLong();

  /**
   * Returns the next stamp.
   *
   * @return milliseconds since 1970, larger than every stamp before
   */
  public long next() {
    long now = System.currentTimeMillis();
    return last.updateAndGet(before -> Math.max(before + 1, now));
  }
}
