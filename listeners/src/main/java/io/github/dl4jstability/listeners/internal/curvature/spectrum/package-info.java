/**
 * Linear algebra on an operator that is known by its products only: {@link
 * io.github.dl4jstability.listeners.internal.curvature.spectrum.Lanczos}, trace and density.
 */
@NullMarked
package io.github.dl4jstability.listeners.internal.curvature.spectrum;

import org.jspecify.annotations.NullMarked;
