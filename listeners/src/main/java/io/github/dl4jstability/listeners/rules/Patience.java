package io.github.dl4jstability.listeners.rules;

import io.github.dl4jstability.listeners.observation.Observation;
import io.github.dl4jstability.measurement.Moments;
import java.time.Duration;
import java.util.List;

/**
 * Tells how long iterations wait to be judged together. Training drives the rules out of the caches
 * from one hook to the next, so that a dozen iterations in a row cost a quarter of a dozen one by
 * one.
 *
 * <p>Nobody is kept waiting: not in the first iterations, not longer than a person notices, not
 * after a closer look, and not when something moves. What is out of the ordinary is judged in its
 * own iteration, since the next one may end in an exception.
 */
public final class Patience {
  private static final int FIRST_ITERATIONS = 100;
  private static final Duration LONGEST = Duration.ofMillis(100);

  /** Above so many times what was there lately, a loss or a gradient norm does not wait. */
  private static final double JUMP = 4;

  private final long longestMillis;
  private long iterations;
  private long judgedMillis;
  private double usualLoss;
  private double usualSquare;
  private double largestLoss;
  private double largestSquare;

  /** Creates one that lets no iteration wait longer than a tenth of a second. */
  public Patience() {
    this(LONGEST);
  }

  /**
   * Creates one for tests that do not depend on time.
   *
   * @param longest how long an iteration waits at the most
   */
  public Patience(Duration longest) {
    longestMillis = longest.toMillis();
  }

  /**
   * Takes one more iteration.
   *
   * @param observation what was measured in it
   * @return whether it has to be judged now, with all that wait
   */
  public boolean endsWith(Observation observation) {
    double loss = Math.abs(observation.score());
    double square = square(observation.gradients());
    largestLoss = Math.max(largestLoss, loss);
    largestSquare = Math.max(largestSquare, square);
    boolean calm =
        observation.nonFinite().isEmpty()
            && loss <= JUMP * usualLoss
            && square <= JUMP * JUMP * usualSquare;
    boolean waits =
        iterations++ >= FIRST_ITERATIONS
            && calm
            && observation.inspection().isEmpty()
            && observation.timeMillis() - judgedMillis < longestMillis;
    if (!waits) {
      judgedMillis = observation.timeMillis();
      usualLoss = largestLoss;
      usualSquare = largestSquare;
      largestLoss = 0;
      largestSquare = 0;
    }
    return !waits;
  }

  /** Returns the squared norm of all gradients that were measured. */
  private static double square(List<Moments> gradients) {
    double square = 0;
    for (Moments gradient : gradients) {
      if (gradient.isPresent()) {
        square += gradient.l2Norm() * gradient.l2Norm();
      }
    }
    return square;
  }
}
