package io.github.dl4jstability.listeners.internal.curvature;

import io.github.dl4jstability.listeners.curvature.Escape;
import io.github.dl4jstability.listeners.curvature.ExtremeEigenvalues;
import io.github.dl4jstability.listeners.curvature.LossProfile;
import io.github.dl4jstability.listeners.curvature.RitzPair;
import io.github.dl4jstability.listeners.curvature.SampledValue;
import io.github.dl4jstability.listeners.curvature.StationaryPoint;
import io.github.dl4jstability.listeners.curvature.StationaryPoint.Evidence;
import io.github.dl4jstability.listeners.curvature.StationaryPoint.Kind;
import io.github.dl4jstability.listeners.internal.curvature.landscape.DescentPath;
import io.github.dl4jstability.listeners.internal.curvature.landscape.Scale;
import io.github.dl4jstability.listeners.internal.curvature.spectrum.Vectors;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Tells the kinds of points apart, by changes of the loss and not by the size of the gradient,
 * which has no scale of its own.
 *
 * <p>What counts: a change of the loss by a hundredth, and at least 1e-7, within the radius R =
 * max(1, ‖w‖); see {@link Scale}.
 *
 * <ol>
 *   <li>The smallest eigenvalue λ is negative beyond its residual and two standard errors over
 *       parts of the examples, the loss that was evaluated along its eigenvector, at a distance s,
 *       is lower by more than what counts, and by more than ten times what the gradient gives, and
 *       the curvature explains at least a hundredth of that fall (½|λ|s²): saddle point. Where it
 *       does not, terms of third order lead down, and λ may be what they leave in finite
 *       differences.
 *   <li>The gradient promises more than what counts, and a tenth of that is found on the way down:
 *       not stationary.
 *   <li>The largest eigenvalue promises no rise that counts (½λR²), or most parameters can be moved
 *       by a quarter of their size without one: plateau.
 *   <li>Otherwise: local minimum.
 * </ol>
 */
public final class PointClassifier {
  private static final double STANDARD_ERRORS = 2;
  private static final double HALF = 0.5;

  /** A single path finds only a part of what many steps of a training would. */
  private static final double FOUND = 0.1;

  /** Which part of the fall from a saddle point the curvature has to explain. */
  private static final double EXPLAINED = 0.01;

  /** By how much the curvature has to outdo the gradient. */
  private static final double DOMINANT = 10;

  private final Probe probe;

  public PointClassifier(Probe probe) {
    this.probe = probe;
  }

  public StationaryPoint classify() {
    double before = probe.gradientsUsed();
    double loss = probe.loss();
    INDArray gradient = probe.gradient();
    Scale scale = Scale.of(loss, probe.parameterNorm());
    double promise;
    double decrease;
    try (DescentPath path = DescentPath.of(probe.hessian(), gradient, scale.radius())) {
      promise = path.promise();
      decrease = promise > scale.change() ? probe.along(path, loss).decrease() : promise;
    }
    ExtremeEigenvalues ends = probe.extremeEigenvalues(1);
    if (ends.smallest().isEmpty()) {
      throw new IllegalStateException("the budget is too small for a single eigenvalue");
    }
    RitzPair smallest = ends.smallest().get(0);
    RitzPair largest = ends.largest().get(0);
    SampledValue smallestOverParts = probe.overParts(smallest.vector());
    SampledValue largestOverParts = probe.overParts(largest.vector());

    Optional<Escape> escape = Optional.empty();
    double needed = Math.max(scale.change(), DOMINANT * Math.min(promise, decrease));
    if (isNegative(smallest, smallestOverParts)) {
      escape =
          escape(smallest, gradient, loss, scale.radius())
              .filter(way -> loss - way.lossReached() > needed)
              .filter(way -> isByCurvature(way, loss));
    }
    double share = Double.NaN;
    Kind kind;
    if (escape.isPresent()) {
      kind = Kind.SADDLE_POINT;
    } else if (promise > scale.change() && decrease > FOUND * scale.change()) {
      kind = Kind.NOT_STATIONARY;
    } else if (largest.value() <= scale.curvature()) {
      kind = Kind.PLATEAU;
    } else {
      share = probe.ballTest().shareThatMatters(scale.change());
      kind = share < HALF ? Kind.PLATEAU : Kind.LOCAL_MINIMUM;
    }
    return new StationaryPoint(
        kind,
        loss,
        Vectors.norm(gradient),
        smallest.value(),
        largest.value(),
        Math.max(smallest.residual(), largest.residual()),
        escape,
        new Evidence(
            promise,
            decrease,
            scale.change(),
            scale.radius(),
            smallestOverParts,
            largestOverParts,
            probe.asymmetry(),
            share,
            ends.converged() && !probe.isExhausted(),
            probe.gradientsUsed() - before));
  }

  private static boolean isNegative(RitzPair pair, SampledValue overParts) {
    double uncertainty =
        pair.residual()
            + (Double.isNaN(overParts.standardError())
                ? 0
                : STANDARD_ERRORS * overParts.standardError());
    return pair.value() + uncertainty < 0;
  }

  private static boolean isByCurvature(Escape way, double loss) {
    double byCurvature = -way.curvature() * way.step() * way.step() / 2;
    return byCurvature >= EXPLAINED * (loss - way.lossReached());
  }

  /** Both ways along the eigenvector are tried, first the one that the gradient favours. */
  private Optional<Escape> escape(
      RitzPair smallest, INDArray gradient, double loss, double radius) {
    double slope = Vectors.dot(gradient, smallest.vector());
    INDArray ahead = Vectors.scaled(slope > 0 ? -1 : 1, smallest.vector());
    INDArray back = Vectors.scaled(-1, ahead);
    LossProfile forward = probe.lineSearch(ahead, radius, loss);
    LossProfile backward = probe.lineSearch(back, radius, loss);
    boolean turn = backward.best().loss() < forward.best().loss();
    LossProfile.Point best = (turn ? backward : forward).best();
    if (best.step() == 0) {
      return Optional.empty();
    }
    double offset = Math.abs(slope) / Math.abs(smallest.value());
    return Optional.of(
        new Escape(turn ? back : ahead, best.step(), best.loss(), smallest.value(), offset));
  }
}
