package io.github.dl4jstability.measurement;

import io.github.dl4jstability.measurement.Pieces.Source;
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
 * <p>Keep one instance for each view, or list of views, that is measured again and again: it
 * remembers the magnitude of each array, which spares it second passes. Not thread-safe.
 */
public final class SegmentedPass {
  private final List<Segment> segments;
  private final long extent;
  private final Pieces pieces;
  private final ArrayMeter meter = new ArrayMeter();
  private final ArrayMeter helper = new ArrayMeter();
  private final List<Frames> framesByView = new ArrayList<>();
  private final ViewMemory memory = new ViewMemory();

  private record Frames(DataType type, List<Frame> bySegment) {}

  /**
   * Creates a pass over the given arrays.
   *
   * @param segments where they lie; a segment of length 0 is reported as {@link Moments#ABSENT}
   */
  public SegmentedPass(List<Segment> segments) {
    this.segments = List.copyOf(segments);
    this.extent = segments.stream().mapToLong(SegmentedPass::end).max().orElse(0);
    this.pieces = new Pieces(segments);
  }

  /**
   * Measures every segment of a view.
   *
   * @param view the flat array, with its elements in one piece of memory; not changed
   * @param extremes whether to take absolute maxima and shares of zeros, which may otherwise be
   *     left NaN and cost more than all the rest
   * @return the moments, in the order of the segments
   * @throws IllegalArgumentException if a segment reaches beyond the view
   */
  public List<Moments> measure(INDArray view, boolean extremes) {
    return measure(List.of(view), extremes).get(0);
  }

  /**
   * Measures every segment of several views that are laid out alike, at once and from their ends.
   *
   * @param views flat arrays, each with its elements in one piece of memory; not changed
   * @param extremes whether to take absolute maxima and shares of zeros, which may otherwise be
   *     left NaN and cost more than all the rest
   * @return by view the moments, in the order of the segments
   * @throws IllegalArgumentException if a segment reaches beyond a view
   */
  public List<List<Moments>> measure(List<INDArray> views, boolean extremes) {
    boolean readable = true;
    for (INDArray view : views) {
      checkExtent(view);
      readable &= ArrayMeter.isReadable(view);
    }
    return readable ? read(views, extremes) : views.stream().map(this::reduceByOps).toList();
  }

  private void checkExtent(INDArray view) {
    if (extent > view.length()) {
      Segment outside =
          segments.stream().filter(s -> end(s) > view.length()).findFirst().orElseThrow();
      throw new IllegalArgumentException(
          "segment must lie within the view of length " + view.length() + ", was " + outside);
    }
  }

  private static long end(Segment segment) {
    return segment.offset() + segment.length();
  }

  private List<List<Moments>> read(List<INDArray> views, boolean extremes) {
    List<Source> sources = new ArrayList<>(views.size());
    for (int i = 0; i < views.size(); i++) {
      INDArray view = views.get(i);
      sources.add(new Source(view.dataType(), memory.of(view), frames(i, view.dataType())));
    }
    SharedPass pass = new SharedPass(pieces, sources, extremes);
    pass.run(meter, helper);
    List<List<Moments>> moments = new ArrayList<>(views.size());
    for (int i = 0; i < views.size(); i++) {
      moments.add(finish(sources.get(i), pass.bySegment(i), extremes));
    }
    return moments;
  }

  private List<Frame> frames(int view, DataType type) {
    if (view == framesByView.size()) {
      framesByView.add(newFrames(type));
    } else if (framesByView.get(view).type() != type) {
      framesByView.set(view, newFrames(type));
    }
    return framesByView.get(view).bySegment();
  }

  private Frames newFrames(DataType type) {
    return new Frames(type, segments.stream().map(segment -> ArrayMeter.newFrame(type)).toList());
  }

  private List<Moments> finish(Source source, Sums[] sums, boolean extremes) {
    Reduction reduction = meter.open(source.type(), source.memory());
    Moments[] moments = new Moments[segments.size()];
    for (int i = 0; i < moments.length; i++) {
      int from = (int) segments.get(i).offset();
      int length = (int) segments.get(i).length();
      Frame frame = source.frames().get(i);
      moments[i] =
          length <= Reduction.LARGEST_SMALL_ARRAY
              ? reduction.reduce(from, length, frame, extremes)
              : reduction.finish(sums[i], from, length, frame, extremes);
    }
    return List.of(moments);
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
