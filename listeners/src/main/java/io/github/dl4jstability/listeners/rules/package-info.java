/**
 * From observations to diagnoses: numbers in, diagnoses out. Each {@link
 * io.github.dl4jstability.listeners.rules.Rule} judges one condition; {@link
 * io.github.dl4jstability.listeners.rules.Diagnostician} runs them and links causes.
 */
@NullMarked
package io.github.dl4jstability.listeners.rules;

import org.jspecify.annotations.NullMarked;
