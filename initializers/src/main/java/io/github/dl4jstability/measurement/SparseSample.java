package io.github.dl4jstability.measurement;

import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.shape.Gather;
import org.nd4j.linalg.factory.Nd4j;

/**
 * An evenly spaced choice of elements of a flat view, always the same ones, taken in runs of 16
 * consecutive elements because memory comes in lines of 64 bytes.
 *
 * <p>Reading a {@code float} or {@code double} view in CPU memory allocates nothing as long as the
 * view is the same. Not thread-safe.
 */
public final class SparseSample {
  private static final int RUN = 16;

  private final int[] starts;
  private final int[] lengths;
  private final int[] sizes;
  private final float[] run = new float[RUN];

  private final ViewMemory memory = new ViewMemory();
  private @Nullable ByteBuffer open;
  private @Nullable FloatBuffer floats;
  private @Nullable DoubleBuffer doubles;

  /**
   * Chooses elements. Each segment has a run at its beginning, so that none is left out.
   *
   * @param segments the parts of the view to choose from
   * @param most how many elements to choose, but for up to 16 more in each segment; all of them if
   *     there are no more
   * @throws IllegalArgumentException if {@code most} is below 16
   */
  public SparseSample(List<Segment> segments, int most) {
    if (most < RUN) {
      throw new IllegalArgumentException("most must be at least " + RUN + ", was " + most);
    }
    long total = segments.stream().mapToLong(Segment::length).sum();
    long runs = most / RUN;
    long distance = Math.max(RUN, (total + runs - 1) / runs);
    IntStream.Builder chosenStarts = IntStream.builder();
    IntStream.Builder chosenLengths = IntStream.builder();
    sizes = new int[segments.size()];
    for (int i = 0; i < segments.size(); i++) {
      Segment segment = segments.get(i);
      for (long start = 0; start < segment.length(); start += distance) {
        int length = (int) Math.min(RUN, segment.length() - start);
        chosenStarts.add((int) (segment.offset() + start));
        chosenLengths.add(length);
        sizes[i] += length;
      }
    }
    starts = chosenStarts.build().toArray();
    lengths = chosenLengths.build().toArray();
  }

  /**
   * Returns how many elements were chosen.
   *
   * @return the number of elements that {@link #read} gives
   */
  public int size() {
    return IntStream.of(sizes).sum();
  }

  /**
   * Returns how many elements of a segment were chosen. {@link #read} gives them segment by
   * segment.
   *
   * @param segment index of the segment
   * @return their number
   */
  public int sizeOf(int segment) {
    return sizes[segment];
  }

  /**
   * Reads the chosen elements.
   *
   * @param view the flat view, with its elements in one piece of memory; not changed
   * @param into where to put them, of length {@link #size()}
   */
  public void read(INDArray view, double[] into) {
    if (!ArrayMeter.isReadable(view)) {
      readByOp(view, into);
      return;
    }
    open(view);
    FloatBuffer fromFloats = floats;
    DoubleBuffer fromDoubles = doubles;
    int to = 0;
    for (int i = 0; i < starts.length; i++) {
      int length = lengths[i];
      if (fromFloats != null) {
        fromFloats.get(starts[i], run, 0, length);
        for (int j = 0; j < length; j++) {
          into[to + j] = run[j];
        }
      } else if (fromDoubles != null) {
        fromDoubles.get(starts[i], into, to, length);
      }
      to += length;
    }
  }

  @SuppressWarnings("ReferenceEquality")
  private void open(INDArray view) {
    ByteBuffer found = memory.of(view);
    if (found != open) {
      boolean single = view.dataType() == DataType.FLOAT;
      floats = single ? found.asFloatBuffer() : null;
      doubles = single ? null : found.asDoubleBuffer();
      open = found;
    }
  }

  private void readByOp(INDArray view, double[] into) {
    try (var ignored = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      long[] indices =
          IntStream.range(0, starts.length)
              .flatMap(i -> IntStream.range(starts[i], starts[i] + lengths[i]))
              .asLongStream()
              .toArray();
      INDArray chosen =
          Nd4j.exec(new Gather(view.reshape(view.length()), Nd4j.createFromArray(indices), 0))[0];
      double[] values = chosen.castTo(DataType.DOUBLE).toDoubleVector();
      System.arraycopy(values, 0, into, 0, values.length);
    }
  }
}
