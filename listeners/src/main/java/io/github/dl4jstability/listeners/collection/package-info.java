/**
 * From a model's training hooks to an {@link
 * io.github.dl4jstability.listeners.observation.Observation}. Start with {@link
 * io.github.dl4jstability.listeners.collection.Collector}.
 */
@NullMarked
package io.github.dl4jstability.listeners.collection;

import org.jspecify.annotations.NullMarked;
