/** Tests of the zoo, and a few of its combinations. */
@NullMarked
package io.github.dl4jstability.benchmarks.zoo;

import org.jspecify.annotations.NullMarked;
