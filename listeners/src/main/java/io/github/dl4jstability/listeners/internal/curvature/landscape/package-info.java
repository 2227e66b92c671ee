/**
 * The loss around a point, and what kind of point that makes it: {@link
 * io.github.dl4jstability.listeners.internal.curvature.PointClassifier}.
 */
@NullMarked
package io.github.dl4jstability.listeners.internal.curvature.landscape;

import org.jspecify.annotations.NullMarked;
