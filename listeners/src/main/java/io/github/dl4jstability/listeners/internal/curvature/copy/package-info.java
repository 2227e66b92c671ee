/**
 * A copy of the model and of its data that can be evaluated without touching the training: {@link
 * io.github.dl4jstability.listeners.internal.curvature.copy.ProbeModel}, and the checks before
 * native code sees an array.
 */
@NullMarked
package io.github.dl4jstability.listeners.internal.curvature.copy;

import org.jspecify.annotations.NullMarked;
