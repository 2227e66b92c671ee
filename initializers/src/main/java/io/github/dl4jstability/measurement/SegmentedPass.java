package io.github.dl4jstability.measurement;

import io.github.dl4jstability.measurement.Reduction.Sums;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Measures the arrays that lie one after the other in a flat view, for example all parameters of a
 * network, in one pass over its memory.
 *
 * <p>Keep one instance for each view that is measured again and again: it remembers the magnitude
 * of each array, which spares it second passes. Not thread-safe.
 */
public final class SegmentedPass {
  private final List<Segment> segments;
  private final Pieces pieces;
  private final ArrayMeter meter = new ArrayMeter();
  private final ArrayMeter helper = new ArrayMeter();
  private final List<Frame> frames = new ArrayList<>();
  private DataType type = DataType.UNKNOWN;

  /**
   * Creates a pass over the given arrays.
   *
   * @param segments where they lie; a segment of length 0 is reported as {@link Moments#ABSENT}
   */
  public SegmentedPass(List<Segment> segments) {
    this.segments = List.copyOf(segments);
    this.pieces = new Pieces(segments);
  }

  /**
   * Measures every segment.
   *
   * @param view the flat array, with its elements in one piece of memory; not changed
   * @param extremes whether to take absolute maxima and shares of zeros, which may otherwise be
   *     left NaN and cost more than all the rest
   * @return the moments, in the order of the segments
   * @throws IllegalArgumentException if a segment reaches beyond the view
   */
  public List<Moments> measure(INDArray view, boolean extremes) {
    for (Segment segment : segments) {
      if (segment.offset() + segment.length() > view.length()) {
        throw new IllegalArgumentException(
            "segment must lie within the view of length " + view.length() + ", was " + segment);
      }
    }
    return ArrayMeter.isReadable(view) ? read(view, extremes) : reduceByOps(view);
  }

  private List<Moments> read(INDArray view, boolean extremes) {
    fitFrames(view.dataType());
    Reduction reduction = meter.open(view);
    Sums[] sums = pieces.sum(reduction, () -> helper.open(view), frames, extremes);
    List<Moments> moments = new ArrayList<>(segments.size());
    for (int i = 0; i < segments.size(); i++) {
      int from = (int) segments.get(i).offset();
      int length = (int) segments.get(i).length();
      Frame frame = frames.get(i);
      moments.add(
          length <= Reduction.LARGEST_SMALL_ARRAY
              ? reduction.reduce(from, length, frame, extremes)
              : reduction.finish(sums[i], from, length, frame, extremes));
    }
    return moments;
  }

  private void fitFrames(DataType viewType) {
    if (viewType == type) {
      return;
    }
    type = viewType;
    frames.clear();
    segments.forEach(segment -> frames.add(ArrayMeter.newFrame(viewType)));
  }

  private List<Moments> reduceByOps(INDArray view) {
    INDArray flat = view.reshape(view.length());
    List<Moments> moments = new ArrayList<>(segments.size());
    for (Segment segment : segments) {
      moments.add(
          segment.length() == 0
              ? Moments.ABSENT
              : OpReduction.reduce(
                  flat.get(
                      NDArrayIndex.interval(
                          segment.offset(), segment.offset() + segment.length()))));
    }
    return moments;
  }
}
