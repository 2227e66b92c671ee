package io.github.dl4jstability.listeners.curvature;

/** Counts gradient evaluations and tells whether the budget allows more. */
final class WorkMeter {
  static final double GRADIENT = 1;

  /** A forward pass is about a third of forward and backward together. */
  static final double LOSS = 1.0 / 3;

  private double total;
  private double limit = Double.POSITIVE_INFINITY;
  private long start = System.nanoTime();
  private long nanos = Long.MAX_VALUE;

  /** The budget counts from now. */
  void start(Budget budget) {
    limit = total + budget.gradients();
    start = System.nanoTime();
    nanos = budget.time().toNanos();
  }

  void charge(double gradients) {
    total += gradients;
  }

  /** An interrupted thread has no budget left, so that a stop is obeyed soon. */
  boolean allows(double gradients) {
    return total + gradients <= limit
        && System.nanoTime() - start < nanos
        && !Thread.currentThread().isInterrupted();
  }

  double total() {
    return total;
  }
}
