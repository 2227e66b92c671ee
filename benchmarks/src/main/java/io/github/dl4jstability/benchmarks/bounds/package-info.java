/**
 * The documented bounds, each measured in a virtual machine of its own while a neighbour keeps the
 * memory busy. Start at {@link io.github.dl4jstability.benchmarks.bounds.Bounds}.
 */
@NullMarked
package io.github.dl4jstability.benchmarks.bounds;

import org.jspecify.annotations.NullMarked;
