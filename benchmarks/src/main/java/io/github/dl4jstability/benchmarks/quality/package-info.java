/**
 * How well networks train from different initial weights. Entry point: {@link
 * io.github.dl4jstability.benchmarks.quality.InitializerQuality}.
 */
@NullMarked
package io.github.dl4jstability.benchmarks.quality;

import org.jspecify.annotations.NullMarked;
