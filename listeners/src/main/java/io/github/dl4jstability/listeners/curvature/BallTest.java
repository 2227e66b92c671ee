package io.github.dl4jstability.listeners.curvature;

import java.util.List;

/**
 * How the loss answers when one layer at a time is moved to a random place at a distance of {@link
 * #RADIUS} times its own size (or {@link #RADIUS}, for layers smaller than 1).
 *
 * @param loss the loss at the centre
 * @param changes for each layer, the larger of the changes on both sides
 */
public record BallTest(double loss, List<Change> changes) {
  /** The distance, relative to the norm of the layer's parameters. */
  public static final double RADIUS = 0.25;

  /**
   * What moving one layer does.
   *
   * @param layer name of the layer
   * @param parameters number of its parameters
   * @param change largest absolute change of the loss; may be NaN or infinite
   */
  public record Change(String layer, long parameters, double change) {}

  /** Copies the changes. */
  public BallTest {
    changes = List.copyOf(changes);
  }

  /**
   * Returns which share of the tested parameters is in layers that matter to the loss.
   *
   * @param tolerance changes up to this one do not count
   * @return a share between 0 and 1; NaN when nothing was tested
   */
  public double shareThatMatters(double tolerance) {
    double all = 0;
    double moving = 0;
    for (Change change : changes) {
      all += change.parameters();
      moving += change.change() <= tolerance ? 0 : change.parameters();
    }
    return moving / all;
  }
}
