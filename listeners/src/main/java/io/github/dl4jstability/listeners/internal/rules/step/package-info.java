/**
 * Rules about the step and what the loss makes of it: rates, divergence, oscillation, penalties,
 * parameters that do not move.
 */
@NullMarked
package io.github.dl4jstability.listeners.internal.rules.step;

import org.jspecify.annotations.NullMarked;
