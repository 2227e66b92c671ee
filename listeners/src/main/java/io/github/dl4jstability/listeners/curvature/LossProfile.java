package io.github.dl4jstability.listeners.curvature;

import java.util.List;

/**
 * The loss along a direction.
 *
 * @param points evaluated points, by step; the first is the step 0
 * @param best the point with the lowest loss; step 0 if no step helps
 */
public record LossProfile(List<Point> points, Point best) {

  /**
   * A point on the way.
   *
   * @param step multiple of the direction
   * @param loss the loss there; may be NaN or infinite
   */
  public record Point(double step, double loss) {}

  /** Copies the points. */
  public LossProfile {
    points = List.copyOf(points);
  }

  /** Returns by how much the best step lowers the loss; 0 if none does. */
  public double decrease() {
    return points.get(0).loss() - best.loss();
  }
}
