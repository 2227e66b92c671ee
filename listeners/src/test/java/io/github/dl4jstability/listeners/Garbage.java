package io.github.dl4jstability.listeners;

import java.lang.ref.Reference;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Has garbage collected until something is seen of it. */
public final class Garbage {
  private static final Duration LONGEST = Duration.ofSeconds(20);

  private Garbage() {}

  /** Collects until a condition holds or twenty seconds have passed. */
  public static void collectUntil(BooleanSupplier condition) {
    long end = System.nanoTime() + LONGEST.toNanos();
    while (!condition.getAsBoolean() && System.nanoTime() < end) {
      System.gc();
      LockSupport.parkNanos(10_000_000);
    }
  }

  /** Collects until all of what is referred to is gone; returns how much is left. */
  static long left(Collection<? extends Reference<?>> references) {
    collectUntil(() -> count(references) == 0);
    return count(references);
  }

  private static long count(Collection<? extends Reference<?>> references) {
    return references.stream().filter(reference -> reference.get() != null).count();
  }
}
