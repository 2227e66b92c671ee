/**
 * The project's own scenarios: faults with their onset and place, and healthy runs that tempt to a
 * false alarm. Each provider holds families of one kind; {@link
 * io.github.dl4jstability.benchmarks.accuracy.scenarios.Recipe} builds most of them.
 */
@NullMarked
package io.github.dl4jstability.benchmarks.accuracy.scenarios;

import org.jspecify.annotations.NullMarked;
