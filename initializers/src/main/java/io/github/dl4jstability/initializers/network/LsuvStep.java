package io.github.dl4jstability.initializers.network;

import io.github.dl4jstability.measurement.Moments;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Measures one layer during a forward run and scales its weights and its output on the way. */
final class LsuvStep implements ActivationTap.Observer {

  private final String layer;
  private final INDArray weights;
  private final double target;
  private final double tolerance;

  private double before = Double.NaN;
  private double after = Double.NaN;
  private int scalings;
  private boolean scales;
  private boolean wasScaled;

  LsuvStep(String layer, INDArray weights, double target, double tolerance) {
    this.layer = layer;
    this.weights = weights;
    this.target = target;
    this.tolerance = tolerance;
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
    if (Double.isNaN(before)) {
      before = variance;
    }
    after = variance;
    if (scales && isUsable(variance) && !isReached(variance)) {
      double factor = Math.sqrt(target / variance);
      weights.muli(factor);
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
    if (!Double.isFinite(after)) {
      outcome = LsuvReport.Outcome.NOT_FINITE;
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
