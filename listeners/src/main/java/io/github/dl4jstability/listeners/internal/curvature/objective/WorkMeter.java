package io.github.dl4jstability.listeners.internal.curvature.objective;

import io.github.dl4jstability.listeners.curvature.Budget;
import java.util.function.LongSupplier;

/** Counts gradient evaluations and tells whether the budget allows more. */
public final class WorkMeter {
  public static final double GRADIENT = 1;

  /** A forward pass is about a third of forward and backward together. */
  public static final double LOSS = 1.0 / 3;

  private double total;
  private double limit = Double.POSITIVE_INFINITY;
  private LongSupplier clock = System::nanoTime;
  private long start = clock.getAsLong();
  private long nanos = Long.MAX_VALUE;

  /** The budget counts from now. */
  public void start(Budget budget) {
    limit = total + budget.gradients();
    start = clock.getAsLong();
    nanos = budget.time().toNanos();
  }

  /** Takes the time from another clock from now on. */
  public void timedBy(LongSupplier other) {
    long spent = clock.getAsLong() - start;
    clock = other;
    start = other.getAsLong() - spent;
  }

  void charge(double gradients) {
    total += gradients;
  }

  /** An interrupted thread has no budget left, so that a stop is obeyed soon. */
  public boolean allows(double gradients) {
    return total + gradients <= limit
        && clock.getAsLong() - start < nanos
        && !Thread.currentThread().isInterrupted();
  }

  public double total() {
    return total;
  }
}
