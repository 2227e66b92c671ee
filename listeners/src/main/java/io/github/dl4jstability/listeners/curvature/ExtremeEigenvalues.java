package io.github.dl4jstability.listeners.curvature;

import java.util.List;

/**
 * Both ends of a spectrum.
 *
 * @param smallest the smallest eigenvalues, ascending
 * @param largest the largest eigenvalues, descending
 * @param products Hessian-vector products that were used
 * @param converged whether every residual is within the tolerance; if not, the budget ended before
 */
public record ExtremeEigenvalues(
    List<RitzPair> smallest, List<RitzPair> largest, int products, boolean converged) {

  /** Copies the lists. */
  public ExtremeEigenvalues {
    smallest = List.copyOf(smallest);
    largest = List.copyOf(largest);
  }
}
