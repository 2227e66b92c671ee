/**
 * From a model's training hooks to an {@link
 * io.github.dl4jstability.listeners.internal.observation.Observation}. Start with {@link
 * io.github.dl4jstability.listeners.internal.collection.Collector}.
 */
@NullMarked
package io.github.dl4jstability.listeners.internal.collection;

import org.jspecify.annotations.NullMarked;
