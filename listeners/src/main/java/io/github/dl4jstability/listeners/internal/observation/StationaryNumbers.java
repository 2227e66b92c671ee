package io.github.dl4jstability.listeners.internal.observation;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * What the curvature probe measured where a run stalls.
 *
 * @param kind what kind of point the parameters are at
 * @param iteration after which iteration it looked
 * @param examples over how many examples
 * @param loss the loss over them, without dropout, with the penalties of regularization
 * @param gradientNorm norm of its gradient
 * @param promise by how much the loss can fall for what gradient and curvature along it tell
 * @param tolerance changes of the loss up to this one do not count
 * @param spectrum both ends of the Hessian's spectrum
 * @param noise how gradients differ between examples
 * @param best the step along the negative gradient with the lowest loss; length 0 if none helps
 * @param safe the same, but no longer than one over the largest eigenvalue
 * @param escape the way down along the smallest eigenvalue's direction, at a saddle point
 * @param finished whether all of it was finished within the budget
 * @param gradients gradient evaluations over all examples that it took
 * @param seconds seconds that it took
 */
public record StationaryNumbers(
    Kind kind,
    int iteration,
    int examples,
    double loss,
    double gradientNorm,
    double promise,
    double tolerance,
    Spectrum spectrum,
    Noise noise,
    Step best,
    Step safe,
    Optional<Escape> escape,
    boolean finished,
    double gradients,
    double seconds) {

  /** Rejects missing parts. */
  public StationaryNumbers {
    requireNonNull(kind, "kind");
    requireNonNull(spectrum, "spectrum");
    requireNonNull(noise, "noise");
    requireNonNull(best, "best");
    requireNonNull(safe, "safe");
    requireNonNull(escape, "escape");
  }

  /** The kinds of points. */
  public enum Kind {
    /** No gradient to speak of, and a direction along which the loss falls. */
    SADDLE_POINT,
    /** No gradient to speak of, and the loss rises around the point. */
    LOCAL_MINIMUM,
    /** No gradient to speak of, and the loss hardly changes around the point. */
    PLATEAU,
    /** The gradient leads to a lower loss. */
    NOT_STATIONARY
  }

  /**
   * Both ends of a Hessian's spectrum.
   *
   * @param smallest the smallest eigenvalue
   * @param smallestError its standard error over parts of the examples; NaN if they are too few
   * @param largest the largest eigenvalue
   * @param alongGradient curvature along the gradient, gᵀHg/gᵀg; NaN if the gradient is 0
   * @param residual the larger of the residuals ‖Hv − λv‖ of both
   */
  public record Spectrum(
      double smallest,
      double smallestError,
      double largest,
      double alongGradient,
      double residual) {}

  /**
   * How gradients differ between examples.
   *
   * @param covarianceTrace trace of the covariance of the gradient of one example; NaN if unknown
   * @param signalToNoise squared norm of the mean gradient over what it would be by chance if the
   *     true gradient were 0; NaN if unknown
   */
  public record Noise(double covarianceTrace, double signalToNoise) {}

  /**
   * A step along the negative gradient.
   *
   * @param length multiple of the gradient
   * @param loss the loss after it, evaluated
   */
  public record Step(double length, double loss) {}

  /**
   * A way down from a saddle point.
   *
   * @param step length of the step
   * @param loss the loss after it, evaluated
   * @param iterations how many iterations gradient descent takes to go as far at the present rate;
   *     infinite exactly on the ridge
   */
  public record Escape(double step, double loss, double iterations) {}
}
