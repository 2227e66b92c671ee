/**
 * Weight initializers that keep a deep network in the range where it can learn. Every public type
 * here is a scheme, a parameter of one, or a {@link io.github.dl4jstability.initializers.Gain}; the
 * entry point for whole networks is {@link
 * io.github.dl4jstability.initializers.network.NetworkInitializer}, which leaves no trace in the
 * configuration.
 *
 * <p>A scheme can be given to {@code weightInit(...)} too. The configuration then holds its class:
 * a network that is saved after it cannot be loaded where this library is not on the classpath
 * (Jackson's InvalidTypeIdException).
 */
@NullMarked
package io.github.dl4jstability.initializers;

import org.jspecify.annotations.NullMarked;
