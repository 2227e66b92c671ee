/**
 * Runnable demonstrations of DL4J Stability. {@link io.github.dl4jstability.demos.Main} is the one
 * to start with.
 */
@NullMarked
package io.github.dl4jstability.demos;

import org.jspecify.annotations.NullMarked;
