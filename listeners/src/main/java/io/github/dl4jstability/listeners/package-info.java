/**
 * Training listeners that tell, while training runs, what is going wrong, where, why and what to
 * change.
 */
@NullMarked
package io.github.dl4jstability.listeners;

import org.jspecify.annotations.NullMarked;
