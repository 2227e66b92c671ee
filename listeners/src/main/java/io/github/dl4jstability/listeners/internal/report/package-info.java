/**
 * Where observations and diagnoses go. Each destination is a {@link
 * io.github.dl4jstability.listeners.internal.report.Sink}.
 */
@NullMarked
package io.github.dl4jstability.listeners.internal.report;

import org.jspecify.annotations.NullMarked;
