/** What DL4J Stability costs and how well it diagnoses, measured. Each class is a program. */
@NullMarked
package io.github.dl4jstability.benchmarks;

import org.jspecify.annotations.NullMarked;
