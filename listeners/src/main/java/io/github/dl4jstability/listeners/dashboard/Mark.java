package io.github.dl4jstability.listeners.dashboard;

import java.util.ArrayList;
import java.util.List;

/**
 * A place in the charts where a value is not finite.
 *
 * @param row index of the layer; {@link #SCORE} for the loss
 * @param index index of the point
 * @param value NaN or an infinity
 */
record Mark(int row, int index, double value) {

  /** The row of the loss. */
  static final int SCORE = -1;

  static List<Mark> of(List<Point> points) {
    List<Mark> marks = new ArrayList<>();
    for (int i = 0; i < points.size(); i++) {
      Point point = points.get(i);
      double score = Double.isFinite(point.score()) ? point.highestScore() : point.score();
      if (!Double.isFinite(score)) {
        marks.add(new Mark(SCORE, i, score));
      }
      for (int layer = 0; layer < point.gradientNorms().size(); layer++) {
        double norm = point.gradientNorms().get(layer);
        if (!Double.isFinite(norm)) {
          marks.add(new Mark(layer, i, norm));
        }
      }
    }
    return marks;
  }
}
