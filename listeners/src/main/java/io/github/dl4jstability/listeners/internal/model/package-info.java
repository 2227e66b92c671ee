/**
 * A built network as the collection sees it: its layers, how they feed each other, and where their
 * parameters lie. Start with {@link io.github.dl4jstability.listeners.internal.model.BuiltNetwork}.
 */
@NullMarked
package io.github.dl4jstability.listeners.internal.model;

import org.jspecify.annotations.NullMarked;
