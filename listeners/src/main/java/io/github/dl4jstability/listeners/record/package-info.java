/**
 * What is kept of a run in a {@code StatsStorage}: compact binary records, small enough that a
 * storage in memory stays small, and readable years later. Start with {@link
 * io.github.dl4jstability.listeners.record.ObservationRecord}.
 */
@NullMarked
package io.github.dl4jstability.listeners.record;

import org.jspecify.annotations.NullMarked;
