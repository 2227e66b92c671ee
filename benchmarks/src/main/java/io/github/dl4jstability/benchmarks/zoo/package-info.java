/**
 * A zoo of stalled runs: networks of every kind of layer, with every kind of mask and minibatch,
 * are trained with and without a listener in virtual machines of their own. None may crash or hang,
 * and each has to end in the same state, bit for bit. Start at {@link
 * io.github.dl4jstability.benchmarks.zoo.Zoo}.
 */
@NullMarked
package io.github.dl4jstability.benchmarks.zoo;

import org.jspecify.annotations.NullMarked;
