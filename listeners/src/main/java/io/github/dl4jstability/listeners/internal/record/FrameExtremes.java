package io.github.dl4jstability.listeners.internal.record;

import java.util.List;

/**
 * The largest and smallest values since the previous frame, this iteration included. Frames become
 * rarer as a run grows; with these numbers a spike between two frames stays visible.
 *
 * @param lowestScore smallest loss; NaN only if no loss was a number
 * @param highestScore largest loss; NaN if any loss was NaN
 * @param largestGradientNorms by layer, the largest L2 norm of its gradient; NaN if any was NaN or
 *     if the layer has no trained parameters
 */
public record FrameExtremes(
    double lowestScore, double highestScore, List<Double> largestGradientNorms) {

  /** Copies the list. */
  public FrameExtremes {
    largestGradientNorms = List.copyOf(largestGradientNorms);
  }
}
