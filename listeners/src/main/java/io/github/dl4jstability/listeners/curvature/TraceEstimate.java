package io.github.dl4jstability.listeners.curvature;

/**
 * The sum of all eigenvalues, estimated.
 *
 * @param value the estimate
 * @param standardError standard error of the estimate; 0 when it is exact, NaN with less than two
 *     random vectors
 * @param products Hessian-vector products that were used
 */
public record TraceEstimate(double value, double standardError, int products) {}
