package io.github.dl4jstability.listeners.curvature;

import java.time.Duration;

/**
 * How much work a probe may do: whichever limit is met first.
 *
 * <p>Work is counted in gradient evaluations over all examples of the probe; a loss without its
 * gradient counts a third, an evaluation over a part of the examples counts that part. A
 * Hessian-vector product counts 2.
 *
 * @param gradients most gradient evaluations; may be infinite
 * @param time most elapsed time
 */
public record Budget(double gradients, Duration time) {
  private static final Duration FOREVER = Duration.ofDays(10_000);

  /** Checks the limits. */
  public Budget {
    if (!(gradients >= 0)) {
      throw new IllegalArgumentException("gradients must be at least 0, was " + gradients);
    }
    if (time.isNegative()) {
      throw new IllegalArgumentException("time must not be negative, was " + time);
    }
    time = time.compareTo(FOREVER) > 0 ? FOREVER : time;
  }

  /** Returns a budget without limits. */
  public static Budget unlimited() {
    return new Budget(Double.POSITIVE_INFINITY, FOREVER);
  }

  /**
   * Returns a budget of gradient evaluations.
   *
   * @param gradients the most that may be used
   * @return the budget
   */
  public static Budget ofGradients(double gradients) {
    return new Budget(gradients, FOREVER);
  }

  /**
   * Returns a budget of elapsed time.
   *
   * @param time the most that may pass
   * @return the budget
   */
  public static Budget of(Duration time) {
    return new Budget(Double.POSITIVE_INFINITY, time);
  }
}
