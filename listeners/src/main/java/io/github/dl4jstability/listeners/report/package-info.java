/**
 * Where observations and diagnoses go. Each destination is a {@link
 * io.github.dl4jstability.listeners.report.Sink}.
 */
@NullMarked
package io.github.dl4jstability.listeners.report;

import org.jspecify.annotations.NullMarked;
