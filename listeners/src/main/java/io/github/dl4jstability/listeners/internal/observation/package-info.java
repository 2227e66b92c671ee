/**
 * What is known about a network and about one iteration of its training, as plain numbers. Start
 * with {@link io.github.dl4jstability.listeners.internal.observation.Observation}.
 */
@NullMarked
package io.github.dl4jstability.listeners.internal.observation;

import org.jspecify.annotations.NullMarked;
