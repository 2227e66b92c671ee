package io.github.dl4jstability.measurement;

import java.nio.ByteBuffer;
import java.util.concurrent.ForkJoinTask;

/**
 * Reduces a contiguous run of native memory to its {@link Moments}, in one pass over the memory.
 *
 * <p>The memory is copied in blocks that fit the first-level cache and summed in lanes, {@code
 * acc[j] += x[j]}, because this is the form of reduction that the JIT compiler vectorizes; the
 * lanes are emptied into {@code double} sums often enough to keep six digits. Subclasses hold the
 * loops for one element type.
 *
 * <p>Not thread-safe: an instance owns its scratch arrays.
 */
abstract sealed class Reduction permits FloatReduction, DoubleReduction {
  /**
   * Lanes, a multiple of every vector length; not a power of two, which would alias in the cache.
   */
  static final int LANES = 528;

  /** Rows that are added before a lane is stored. */
  static final int ROWS = 4;

  static final int BLOCK = ROWS * LANES;

  /**
   * Blocks after which the lanes are emptied: 64·4 additions cost a float at most 2e-5, typically
   * 1e-6.
   */
  private static final int BLOCKS_PER_DRAIN = 64;

  /** Frame changes after which a pass counts as exact: one of scale, one of shift, one spare. */
  private static final int LARGEST_REPEATS = 3;

  /** Up to here plain loops are faster than filling and emptying the lanes. */
  static final int LARGEST_SMALL_ARRAY = 512;

  /**
   * From here on two threads share the work, if another processor is idle: reading memory takes
   * most of the time, and waking a thread a small part of it.
   */
  private static final int SMALLEST_SHARED_ARRAY = 1 << 19;

  double sum;
  double sumOfSquares;
  double absoluteMaximum;
  long zeros;

  /** Chooses the memory that the next reductions read. */
  abstract void open(ByteBuffer memory);

  /**
   * Reduces elements {@code from} to {@code from + length} of the open memory.
   *
   * @param frame the frame kept for this run of elements
   * @param extremes whether to take the absolute maximum and the share of zeros too, which costs
   *     more than all the rest
   */
  final Moments reduce(int from, int length, Frame frame, boolean extremes) {
    if (length == 0) {
      return Moments.ABSENT;
    }
    if (length <= LARGEST_SMALL_ARRAY) {
      return exactMoments(from, length);
    }
    return extremes ? reduceFully(from, length, frame) : reduceSums(from, length, frame);
  }

  private Moments reduceFully(int from, int length, Frame frame) {
    for (int repeat = 0; ; repeat++) {
      sumShared(from, length, frame, true);
      if (!Double.isFinite(absoluteMaximum)) {
        return exactMoments(from, length);
      }
      Sums sums = new Sums(sum, sumOfSquares, length, frame);
      if (repeat == LARGEST_REPEATS
          || !frame.adapt(absoluteMaximum, sums.mean(), sums.variance())) {
        return sums.moments(absoluteMaximum, (double) zeros / length);
      }
    }
  }

  /** Without a maximum, squares that leave the safe range tell that the frame has to be changed. */
  private Moments reduceSums(int from, int length, Frame frame) {
    sumShared(from, length, frame, false);
    Sums sums = new Sums(sum, sumOfSquares, length, frame);
    boolean fits =
        Frame.isSafeMeanSquare(sumOfSquares / length)
            && !frame.needsShift(sums.mean(), sums.variance());
    return fits ? sums.moments(Double.NaN, Double.NaN) : reduceFully(from, length, frame);
  }

  /** Sums as seen through a frame, and what they mean outside of it. */
  private record Sums(double sum, double sumOfSquares, int length, Frame frame) {
    private double framedMean() {
      return sum / length;
    }

    private double framedVariance() {
      return Math.max(0, sumOfSquares / length - square(framedMean()));
    }

    double mean() {
      return frame.shift() + framedMean() / frame.scale();
    }

    double variance() {
      return framedVariance() / frame.scale() / frame.scale();
    }

    Moments moments(double absoluteMaximum, double zeroShare) {
      double meanSquare = framedVariance() + square(framedMean() + frame.shift() * frame.scale());
      return new Moments(
          length,
          mean(),
          Math.sqrt(framedVariance()) / frame.scale(),
          Math.sqrt(meanSquare * length) / frame.scale(),
          absoluteMaximum,
          zeroShare,
          0);
    }
  }

  private void sumShared(int from, int length, Frame frame, boolean extremes) {
    if (length < SMALLEST_SHARED_ARRAY) {
      sum(from, length, frame, extremes);
      return;
    }
    int half = length / 2;
    Reduction other = twin();
    // If no thread of the pool takes it, join runs it here.
    ForkJoinTask<?> rest =
        ForkJoinTask.adapt(() -> other.sum(from + half, length - half, frame, extremes)).fork();
    sum(from, half, frame, extremes);
    rest.join();
    sum += other.sum;
    sumOfSquares += other.sumOfSquares;
    absoluteMaximum = Math.max(absoluteMaximum, other.absoluteMaximum);
    zeros += other.zeros;
  }

  /** Returns a reduction of its own with the same memory open. */
  abstract Reduction twin();

  private void sum(int from, int length, Frame frame, boolean extremes) {
    sum = 0;
    sumOfSquares = 0;
    absoluteMaximum = 0;
    zeros = 0;
    int blocks = 0;
    for (int done = 0; done < length; done += BLOCK) {
      int size = Math.min(BLOCK, length - done);
      load(from + done, size, frame);
      if (extremes) {
        addExtremes(from + done, size);
        zeros -= BLOCK - size;
      }
      addSums(frame);
      if (++blocks % BLOCKS_PER_DRAIN == 0) {
        drainSums();
      }
    }
    drainSums();
    if (extremes) {
      drainExtremes();
    }
  }

  /**
   * Two plain loops in double: for arrays too small for lanes, and for those with NaN or infinity.
   */
  private Moments exactMoments(int from, int length) {
    double total = 0;
    double maximum = 0;
    long zeroCount = 0;
    long nonFinite = 0;
    for (int i = from; i < from + length; i++) {
      double x = element(i);
      total += x;
      maximum = Math.max(maximum, Math.abs(x));
      zeroCount += x == 0 ? 1 : 0;
      nonFinite += Double.isFinite(x) ? 0 : 1;
    }
    double mean = total / length;
    double unit = nonFinite == 0 && maximum > 0 ? maximum : 1;
    double squares = 0;
    double centredSquares = 0;
    for (int i = from; i < from + length; i++) {
      double x = element(i);
      squares += square(x / unit);
      centredSquares += square((x - mean) / unit);
    }
    return new Moments(
        length,
        mean,
        Math.sqrt(centredSquares / length) * unit,
        Math.sqrt(squares) * unit,
        maximum,
        (double) zeroCount / length,
        nonFinite);
  }

  private static double square(double x) {
    return x * x;
  }

  /**
   * Fills the scratch block with {@code size} elements and pads it so that the padding sums to 0.
   */
  abstract void load(int from, int size, Frame frame);

  /** Adds the scratch block to the lanes of sums. */
  abstract void addSums(Frame frame);

  /** Adds the same elements, and the padding as zeros, to the lanes of maxima and zeros. */
  abstract void addExtremes(int from, int size);

  /** Empties the lanes of sums. */
  abstract void drainSums();

  /** Empties the lanes of maxima and zeros; 2^31 blocks would fit. */
  abstract void drainExtremes();

  /** Reads one element of the open memory. */
  abstract double element(int index);
}
