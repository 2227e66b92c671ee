package io.github.dl4jstability.listeners.curvature;

import java.util.Optional;

/**
 * What kind of point the parameters are at.
 *
 * @param kind the verdict
 * @param loss the loss
 * @param gradientNorm norm of its gradient
 * @param smallestEigenvalue smallest eigenvalue of the Hessian
 * @param largestEigenvalue largest eigenvalue of the Hessian
 * @param residual the larger of the residuals ‖Hv − λv‖ of both
 * @param escape the way down, at a saddle point
 * @param evidence what the verdict rests on
 */
public record StationaryPoint(
    Kind kind,
    double loss,
    double gradientNorm,
    double smallestEigenvalue,
    double largestEigenvalue,
    double residual,
    Optional<Escape> escape,
    Evidence evidence) {

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
   * The numbers behind a verdict.
   *
   * @param promise the decrease of the loss that gradient and curvature along it promise within the
   *     radius
   * @param decrease the decrease that was found on the way down the gradient, evaluated; the
   *     promise itself if that is too small to count
   * @param tolerance changes of the loss up to this one do not count
   * @param radius the distance that counts as near: the norm of the parameters, or 1 if it is less
   * @param smallest smallest eigenvalue over parts of the examples; NaN if there are too few
   * @param largest largest eigenvalue over parts of the examples; NaN if there are too few
   * @param asymmetry relative error of the products, see {@link CurvatureProbe#asymmetry()}
   * @param shareThatMatters share of the parameters in layers that change the loss when moved; NaN
   *     if not tested
   * @param converged whether eigenvalues and all tests were finished within the budget
   * @param gradients gradient evaluations that were used
   */
  public record Evidence(
      double promise,
      double decrease,
      double tolerance,
      double radius,
      SampledValue smallest,
      SampledValue largest,
      double asymmetry,
      double shareThatMatters,
      boolean converged,
      double gradients) {}
}
