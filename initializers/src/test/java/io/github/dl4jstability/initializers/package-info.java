/** Tests of the initializers: distributions with fixed seeds, round trips, properties. */
@NullMarked
package io.github.dl4jstability.initializers;

import org.jspecify.annotations.NullMarked;
