/**
 * Initializes built networks by what their layers are: true fans, biases, rules, and frameworks'
 * defaults. The entry point is {@link
 * io.github.dl4jstability.initializers.network.NetworkInitializer}.
 */
@NullMarked
package io.github.dl4jstability.initializers.network;

import org.jspecify.annotations.NullMarked;
