/**
 * Weight initializers that keep a deep network in the range where it can learn. Every public type
 * here is a scheme for {@code weightInit(...)}, a parameter of one, or a {@link
 * io.github.dl4jstability.initializers.Gain}; the entry point for whole networks is {@link
 * io.github.dl4jstability.initializers.network.NetworkInitializer}.
 */
@NullMarked
package io.github.dl4jstability.initializers;

import org.jspecify.annotations.NullMarked;
