/**
 * What a stall is, from what was measured at its place: {@link
 * io.github.dl4jstability.listeners.internal.stall.verdict.StallRule}.
 */
@NullMarked
package io.github.dl4jstability.listeners.internal.stall.verdict;

import org.jspecify.annotations.NullMarked;
