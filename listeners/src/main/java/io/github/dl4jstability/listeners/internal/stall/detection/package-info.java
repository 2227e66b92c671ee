/**
 * Whether the loss has stopped getting better: {@link
 * io.github.dl4jstability.listeners.internal.stall.detection.StallDetector}, on the losses alone.
 */
@NullMarked
package io.github.dl4jstability.listeners.internal.stall.detection;

import org.jspecify.annotations.NullMarked;
