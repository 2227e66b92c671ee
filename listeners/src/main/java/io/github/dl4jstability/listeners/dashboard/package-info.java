/**
 * The tab in Deeplearning4j's training UI. Found there by {@code ServiceLoader}; start with {@link
 * io.github.dl4jstability.listeners.dashboard.StabilityModule}.
 */
@NullMarked
package io.github.dl4jstability.listeners.dashboard;

import org.jspecify.annotations.NullMarked;
