package io.github.dl4jstability.listeners.internal.history;

import io.github.dl4jstability.listeners.internal.observation.NetworkStructure;
import io.github.dl4jstability.listeners.internal.observation.Observation;
import java.util.stream.IntStream;

/**
 * How far the loss has come: its smoothed value over that of a guess, the best answer that does not
 * look at the features (1: no better than a guess; 0: perfect). The score's penalties on weights,
 * which a guess does not pay, are taken off: those of l2 and decay, which are known. What l1 adds
 * is known at most ({@link Penalties}), so there the level lies between two bounds.
 *
 * <p>Where the guess's loss is unknown, the run's first losses stand for it ({@link
 * LossReference}): a network that has not been trained knows no more than a guess. One whose output
 * has been trained ({@link EarlierTraining}) does, so there nothing is known to be above it. The
 * smoothing is an exponential mean over about twenty iterations, so a single minibatch of n
 * examples, whose mean loss has a relative error of about 1/√n, is averaged to about a sixth of
 * that. NaN as long as nothing finite was seen, and for losses that are not positive.
 *
 * <p>Part of {@link RunHistory}.
 */
public final class LossLevel {
  private static final double WEIGHT = 0.1;

  private final Penalties penalties;
  private final LossReference baseline;
  private boolean started;
  private boolean goesOn;
  private double smoothed = Double.NaN;
  private double l1 = Double.NaN;

  /** Works with the penalties and the reference of the same run. */
  LossLevel(Penalties penalties, LossReference baseline) {
    this.penalties = penalties;
    this.baseline = baseline;
  }

  /** Takes the next observation. */
  void add(Observation observation, EarlierTraining earlier) {
    if (!started) {
      started = true;
      goesOn = hasTrainedOutput(observation.structure(), earlier);
    }
    double loss = observation.score() - penalties.ofSquares();
    if (Double.isFinite(loss)) {
      smoothed = smooth(smoothed, loss);
      l1 = smooth(l1, penalties.ofL1());
    }
  }

  private static double smooth(double mean, double next) {
    return Double.isNaN(mean) ? next : mean + WEIGHT * (next - mean);
  }

  private static boolean hasTrainedOutput(NetworkStructure structure, EarlierTraining earlier) {
    return IntStream.range(0, structure.layers().size())
        .anyMatch(layer -> structure.layers().get(layer).output() && earlier.of(layer));
  }

  /** The smoothed loss over that of a guess, at most; NaN if unknown. */
  public double relative() {
    double reference = reference();
    return reference > 0 ? smoothed / reference : Double.NaN;
  }

  /** The same, at least: with all taken off that l1 may have added. */
  public double relativeAtLeast() {
    double reference = reference();
    return reference > 0 ? (smoothed - l1) / reference : Double.NaN;
  }

  /** Tells whether the loss is known to be below a share of a guess's. */
  public boolean isBelow(double share) {
    return relative() < share;
  }

  /** Tells whether the loss is known not to be below a share of a guess's. */
  public boolean isKnownNotBelow(double share) {
    boolean known = !goesOn || baseline.isGuess();
    return known && relativeAtLeast() >= share;
  }

  /** The loss of a guess, or what stands for it. */
  public double reference() {
    return baseline.bareLevel();
  }

  /** The smoothed loss, without the penalties that are known. */
  public double smoothed() {
    return smoothed;
  }
}
