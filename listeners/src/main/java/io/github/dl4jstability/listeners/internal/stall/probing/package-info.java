/**
 * A closer look at the place where a run stalls: the data to look at, the time it may take, and
 * what the curvature probe measures there. The entry point is {@link
 * io.github.dl4jstability.listeners.internal.stall.probing.StallProbing}.
 */
@NullMarked
package io.github.dl4jstability.listeners.internal.stall.probing;

import org.jspecify.annotations.NullMarked;
