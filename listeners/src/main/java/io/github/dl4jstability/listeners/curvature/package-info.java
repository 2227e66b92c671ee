/**
 * The curvature of the training loss around the present parameters, measured beside the training:
 * Hessian-vector products, extreme eigenvalues, trace, spectral density, gradient noise, and what
 * kind of point it is. Entry point: {@link
 * io.github.dl4jstability.listeners.curvature.CurvatureProbe}.
 */
@NullMarked
package io.github.dl4jstability.listeners.curvature;

import org.jspecify.annotations.NullMarked;
