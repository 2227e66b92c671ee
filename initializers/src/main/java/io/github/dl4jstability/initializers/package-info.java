/** Weight initializers that keep a deep network in the range where it can learn. */
@NullMarked
package io.github.dl4jstability.initializers;

import org.jspecify.annotations.NullMarked;
