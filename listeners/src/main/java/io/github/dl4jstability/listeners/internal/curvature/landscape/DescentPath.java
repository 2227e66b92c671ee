package io.github.dl4jstability.listeners.internal.curvature.landscape;

import io.github.dl4jstability.listeners.internal.curvature.spectrum.KrylovSpace;
import io.github.dl4jstability.listeners.internal.curvature.spectrum.RitzValues;
import io.github.dl4jstability.listeners.internal.curvature.spectrum.SymmetricOperator;
import io.github.dl4jstability.listeners.internal.curvature.spectrum.Vectors;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Where the gradient leads in a quadratic model on a Krylov space started from it, with slope γ and
 * curvature θ in each direction. Negative curvature counts as none: what lies down that slope is
 * the business of the escape.
 *
 * <p>The promise is the decrease within a radius R, in each direction γ²/2θ at the bottom, or γR −
 * ½θR² where the bottom lies further away. A small gradient across a steep valley promises little,
 * the same gradient along a flat one promises much; the norm of the gradient cannot tell these
 * apart.
 *
 * <p>The path −γt/(1 + θt) starts as gradient descent with the rate t and ends at the bottom of the
 * steep directions while it still moves along the flat ones (Levenberg 1944,
 * doi:10.1090/qam/10666).
 */
public final class DescentPath implements AutoCloseable {
  /** Gauss quadrature with 10 nodes: few directions dominate the promise. */
  private static final int STEPS = 10;

  /** Longest relative to shortest time, where nothing else bounds them. */
  private static final double LONGEST = 1e6;

  private final INDArray gradient;
  private final double norm;
  private final double radius;
  private final @Nullable KrylovSpace space;
  private final @Nullable RitzValues ritz;

  private DescentPath(
      INDArray gradient, double radius, @Nullable KrylovSpace space, @Nullable RitzValues ritz) {
    this.gradient = gradient;
    this.norm = Vectors.norm(gradient);
    this.radius = radius;
    this.space = space;
    this.ritz = ritz;
  }

  /** Without curvature, just down the gradient, if there is none or no budget for it. */
  public static DescentPath of(SymmetricOperator hessian, INDArray gradient, double radius) {
    if (!(Vectors.norm(gradient) > 0) || !hessian.affordable(STEPS)) {
      return new DescentPath(gradient, radius, null, null);
    }
    KrylovSpace space = new KrylovSpace(hessian, gradient, STEPS, new SplittableRandom(STEPS));
    do {
      if (!space.extend()) {
        space.close();
        return new DescentPath(gradient, radius, null, null);
      }
    } while (!space.isFull() && space.coupling() > 0);
    return new DescentPath(gradient, radius, space, space.ritzValues());
  }

  /** The decrease in the model; NaN if the gradient is not finite. */
  public double promise() {
    if (ritz == null) {
      return norm * radius;
    }
    double promise = 0;
    for (int i = 0; i < ritz.count(); i++) {
      double slope = slope(ritz, i);
      double curvature = Math.max(0, ritz.value(i));
      double distance = slope < curvature * radius ? slope / curvature : radius;
      promise += slope * distance - 0.5 * curvature * distance * distance;
    }
    return promise;
  }

  private double slope(RitzValues values, int index) {
    return norm * Math.abs(values.coordinates(index)[0]);
  }

  /** A millionth of the end, or less if the steepest direction asks for it. */
  double start() {
    double steepest = ritz == null ? 0 : Math.max(0, ritz.value(ritz.count() - 1));
    double earliest = end() / LONGEST;
    return Math.max(earliest / LONGEST, Math.min(earliest, 0.1 / steepest));
  }

  /** The time at which the path is as long as the radius, unless that is very late. */
  double end() {
    double time = radius / norm;
    double latest = LONGEST * time;
    while (time < latest && length(2 * time) < radius) {
      time *= 2;
    }
    return time;
  }

  private double length(double time) {
    if (ritz == null) {
      return norm * time;
    }
    double squares = 0;
    for (int i = 0; i < ritz.count(); i++) {
      double part = slope(ritz, i) * time / (1 + Math.max(0, ritz.value(i)) * time);
      squares += part * part;
    }
    return Math.sqrt(squares);
  }

  /** The step from the point at that time. */
  INDArray at(double time) {
    if (space == null || ritz == null) {
      return Vectors.scaled(-time, gradient);
    }
    double[] step = new double[space.size()];
    for (int i = 0; i < ritz.count(); i++) {
      double[] direction = ritz.coordinates(i);
      double slope = norm * direction[0];
      double part = slope * time / (1 + Math.max(0, ritz.value(i)) * time);
      for (int j = 0; j < step.length; j++) {
        step[j] -= part * direction[j];
      }
    }
    return space.vector(step);
  }

  @Override
  public void close() {
    if (space != null) {
      space.close();
    }
  }
}
