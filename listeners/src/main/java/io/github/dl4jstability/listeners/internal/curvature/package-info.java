/**
 * The curvature probe at work: {@link io.github.dl4jstability.listeners.internal.curvature.Probe}
 * behind the public {@code CurvatureProbe}, on a copy of the model, an objective, a spectrum and
 * the landscape around a point.
 */
@NullMarked
package io.github.dl4jstability.listeners.internal.curvature;

import org.jspecify.annotations.NullMarked;
