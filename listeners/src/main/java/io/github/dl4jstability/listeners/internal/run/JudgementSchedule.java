package io.github.dl4jstability.listeners.internal.run;

import io.github.dl4jstability.listeners.internal.observation.Observation;
import io.github.dl4jstability.measurement.Moments;
import java.time.Duration;
import java.util.List;

/**
 * Tells how long iterations wait to be judged together, beside the training. Training drives the
 * rules out of the caches from one hook to the next, so that a dozen iterations in a row cost a
 * quarter of a dozen one by one.
 *
 * <p>Nobody is kept waiting: not in the first iterations, not longer than a person notices, not
 * where iterations take so long that it does not matter, and not when something moves. What is out
 * of the ordinary is judged in its own iteration, since the next one may end in an exception.
 */
public final class JudgementSchedule {
  private static final int FIRST_ITERATIONS = 100;

  /** As many as from one closer look to the next, where every iteration is measured. */
  private static final int MOST_ITERATIONS = 20;

  private static final Duration LONGEST = Duration.ofMillis(100);

  /** Above so many times what was there lately, a loss or a gradient norm does not wait. */
  private static final double JUMP = 4;

  private final long longestMillis;
  private long iterations;
  private long previousMillis;
  private int lately;
  private double usualLoss;
  private double usualSquare;
  private double largestLoss;
  private double largestSquare;

  /** Creates one that lets no iteration wait longer than a tenth of a second. */
  public JudgementSchedule() {
    this(LONGEST);
  }

  /**
   * Creates one for tests that do not depend on time.
   *
   * @param longest how long an iteration waits at the most
   */
  public JudgementSchedule(Duration longest) {
    longestMillis = longest.toMillis();
  }

  /**
   * Takes one more iteration.
   *
   * @param latest what was measured in it
   * @param oldest the first of those that wait; the same if none does
   * @return whether it may wait too; otherwise all have to be judged now
   */
  public boolean allows(Observation latest, Observation oldest) {
    double loss = Math.abs(latest.score());
    double square = square(latest.gradients());
    largestLoss = Math.max(largestLoss, loss);
    largestSquare = Math.max(largestSquare, square);
    boolean calm =
        latest.nonFinite().isEmpty()
            && loss <= JUMP * usualLoss
            && square <= JUMP * JUMP * usualSquare;
    boolean soon =
        latest.timeMillis() - previousMillis < longestMillis
            && latest.timeMillis() - oldest.timeMillis() < longestMillis
            && latest.iteration() - oldest.iteration() < MOST_ITERATIONS;
    previousMillis = latest.timeMillis();
    boolean waits = iterations++ >= FIRST_ITERATIONS && calm && soon;
    if (!waits || ++lately == MOST_ITERATIONS) {
      lately = 0;
      usualLoss = largestLoss;
      usualSquare = largestSquare;
      largestLoss = 0;
      largestSquare = 0;
    }
    return waits;
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
