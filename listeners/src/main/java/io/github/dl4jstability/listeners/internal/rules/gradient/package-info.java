/**
 * Rules about the gradient on its way back through layers and time: vanishing, exploding, not
 * finite.
 */
@NullMarked
package io.github.dl4jstability.listeners.internal.rules.gradient;

import org.jspecify.annotations.NullMarked;
