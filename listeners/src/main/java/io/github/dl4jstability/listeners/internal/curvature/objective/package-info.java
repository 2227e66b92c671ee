/**
 * What is minimized, as a function of all parameters: {@link
 * io.github.dl4jstability.listeners.internal.curvature.objective.NetworkObjective}, evaluated in
 * pieces within bounds of time and memory.
 */
@NullMarked
package io.github.dl4jstability.listeners.internal.curvature.objective;

import org.jspecify.annotations.NullMarked;
