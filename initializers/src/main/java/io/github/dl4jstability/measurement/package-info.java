/**
 * Numbers about arrays, fast enough to be taken at every iteration. Start with {@link
 * io.github.dl4jstability.measurement.Moments}; whole networks are measured through {@link
 * io.github.dl4jstability.measurement.SegmentedPass}.
 */
@NullMarked
package io.github.dl4jstability.measurement;

import org.jspecify.annotations.NullMarked;
