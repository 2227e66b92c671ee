package io.github.dl4jstability.listeners.curvature;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * An eigenvalue and its eigenvector, approximately.
 *
 * @param value the eigenvalue λ
 * @param vector the unit eigenvector v, shape [1, parameters], in the order of {@code params()}
 * @param residual ‖Hv − λv‖: a true eigenvalue lies within this distance of the value
 */
public record RitzPair(double value, INDArray vector, double residual) {}
