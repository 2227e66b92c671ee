/**
 * What is kept of a run in a {@code StatsStorage}: compact binary records, small enough that a
 * storage in memory stays small, and readable years later. Start with {@link
 * io.github.dl4jstability.listeners.internal.record.ObservationRecord}.
 */
@NullMarked
package io.github.dl4jstability.listeners.internal.record;

import org.jspecify.annotations.NullMarked;
