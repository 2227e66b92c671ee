/**
 * How well trouble is diagnosed: scenarios with a known fault, or known to be well, are trained
 * under a listener, and what it says is compared with the truth. Start at {@link
 * io.github.dl4jstability.benchmarks.accuracy.Accuracy} to run it and at {@link
 * io.github.dl4jstability.benchmarks.accuracy.ScenarioProvider} to add scenarios.
 */
@NullMarked
package io.github.dl4jstability.benchmarks.accuracy;

import org.jspecify.annotations.NullMarked;
