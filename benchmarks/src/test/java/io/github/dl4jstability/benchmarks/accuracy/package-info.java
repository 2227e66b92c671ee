@NullMarked
package io.github.dl4jstability.benchmarks.accuracy;

import org.jspecify.annotations.NullMarked;
