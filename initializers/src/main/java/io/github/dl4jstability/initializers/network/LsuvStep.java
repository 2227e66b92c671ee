package io.github.dl4jstability.initializers.network;

import io.github.dl4jstability.measurement.Moments;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Measures one layer during a forward run and scales its weights and its output on the way. */
final class LsuvStep implements ActivationTap.Observer {

  private final String layer;
  private final Optional<INDArray> weights;
  private final double target;
  private final double tolerance;

  private double before = Double.NaN;
  private double after = Double.NaN;
  private int scalings;
  private boolean scales;
  private boolean wasScaled;
  private boolean wasSeen;

  private LsuvStep(String layer, Optional<INDArray> weights, double target, double tolerance) {
    this.layer = layer;
    this.weights = weights;
    this.target = target;
    this.tolerance = tolerance;
  }

  static LsuvStep scaling(String layer, INDArray weights, double target, double tolerance) {
    return new LsuvStep(layer, Optional.of(weights), target, tolerance);
  }

  static LsuvStep measuring(String layer) {
    return new LsuvStep(layer, Optional.empty(), Double.NaN, Double.NaN);
  }

  /** Prepares for a run; {@code mayScale} is false in the last one, which only measures. */
  void begin(boolean mayScale) {
    scales = mayScale;
    wasScaled = false;
  }

  @Override
  public void preActivation(INDArray z) {
    double spread = Moments.of(z).standardDeviation();
    double variance = spread * spread;
    if (!wasSeen) {
      before = variance;
    }
    wasSeen = true;
    after = variance;
    if (weights.isPresent() && scales && isUsable(variance) && !isReached(variance)) {
      double factor = Math.sqrt(target / variance);
      weights.get().muli(factor);
      z.muli(factor); // exact up to the bias, which the next run takes into account
      scalings++;
      wasScaled = true;
    }
  }

  boolean wasScaled() {
    return wasScaled;
  }

  LsuvReport.Row row() {
    LsuvReport.Outcome outcome;
    if (!wasSeen) {
      outcome = LsuvReport.Outcome.NOT_SEEN;
    } else if (!Double.isFinite(after)) {
      outcome = LsuvReport.Outcome.NOT_FINITE;
    } else if (weights.isEmpty()) {
      outcome = LsuvReport.Outcome.MEASURED;
    } else if (!isUsable(after)) {
      outcome = LsuvReport.Outcome.NO_SPREAD;
    } else {
      outcome = isReached(after) ? LsuvReport.Outcome.REACHED : LsuvReport.Outcome.NOT_REACHED;
    }
    return new LsuvReport.Row(layer, outcome, target, before, after, scalings);
  }

  private static boolean isUsable(double variance) {
    return Double.isFinite(variance) && variance > Float.MIN_NORMAL;
  }

  private boolean isReached(double variance) {
    return Math.abs(variance - target) <= tolerance * target;
  }
}
