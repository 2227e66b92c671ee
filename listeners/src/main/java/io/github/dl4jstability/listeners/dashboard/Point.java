package io.github.dl4jstability.listeners.dashboard;

import io.github.dl4jstability.listeners.internal.observation.NetworkStructure;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure.Parameter;
import io.github.dl4jstability.listeners.internal.record.Frame;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A point of the charts: one frame, or several in a row of which the extremes are kept.
 *
 * @param iteration iteration of the last frame
 * @param epoch epoch of the last frame
 * @param score loss of the last frame
 * @param lowestScore smallest loss since the previous point
 * @param highestScore largest loss since the previous point; NaN if any was NaN
 * @param learningRate rate in the last frame
 * @param gradientNorms by layer, largest since the previous point; NaN if any was NaN, {@link
 *     #NOT_MEASURED} if there is none
 */
record Point(
    int iteration,
    int epoch,
    double score,
    double lowestScore,
    double highestScore,
    double learningRate,
    List<Double> gradientNorms) {

  /** No norm is negative. */
  static final double NOT_MEASURED = -1;

  static Point of(Frame frame, NetworkStructure network) {
    List<Double> norms = frame.extremes().largestGradientNorms();
    boolean[] measured = measuredLayers(frame, network);
    return new Point(
        frame.iteration(),
        frame.epoch(),
        frame.score(),
        frame.extremes().lowestScore(),
        frame.extremes().highestScore(),
        frame.learningRate(),
        IntStream.range(0, measured.length)
            .mapToObj(i -> measured[i] && i < norms.size() ? norms.get(i) : NOT_MEASURED)
            .toList());
  }

  /** The points of all frames, at most {@code limit} of them. */
  static List<Point> of(List<Frame> frames, NetworkStructure network, int limit) {
    int perPoint = Math.max(1, (frames.size() + limit - 1) / limit);
    List<Point> points = new ArrayList<>();
    for (int from = 0; from < frames.size(); from += perPoint) {
      frames.subList(from, Math.min(from + perPoint, frames.size())).stream()
          .map(frame -> of(frame, network))
          .reduce(Point::then)
          .ifPresent(points::add);
    }
    return points;
  }

  /** This point and the next as one. {@code Math.max} gives NaN if either is NaN. */
  Point then(Point next) {
    return new Point(
        next.iteration,
        next.epoch,
        next.score,
        smallest(lowestScore, next.lowestScore),
        Math.max(highestScore, next.highestScore),
        next.learningRate,
        IntStream.range(0, next.gradientNorms.size())
            .mapToObj(i -> Math.max(gradientNorms.get(i), next.gradientNorms.get(i)))
            .toList());
  }

  private static double smallest(double a, double b) {
    return Double.isNaN(a) ? b : Double.isNaN(b) ? a : Math.min(a, b);
  }

  private static boolean[] measuredLayers(Frame frame, NetworkStructure network) {
    boolean[] measured = new boolean[network.layers().size()];
    List<Parameter> parameters = network.parameters();
    for (int i = 0; i < Math.min(parameters.size(), frame.gradients().size()); i++) {
      if (parameters.get(i).trained() && frame.gradients().get(i).isPresent()) {
        measured[parameters.get(i).layer()] = true;
      }
    }
    return measured;
  }
}
