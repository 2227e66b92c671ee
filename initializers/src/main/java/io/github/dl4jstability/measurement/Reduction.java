package io.github.dl4jstability.measurement;

import java.nio.ByteBuffer;

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
   */
  final Moments reduce(int from, int length, Frame frame) {
    if (length == 0) {
      return Moments.ABSENT;
    }
    if (length <= LARGEST_SMALL_ARRAY) {
      return exactMoments(from, length);
    }
    for (int repeat = 0; ; repeat++) {
      sum(from, length, frame);
      if (!Double.isFinite(absoluteMaximum)) {
        return exactMoments(from, length);
      }
      double mean = sum / length;
      double variance = Math.max(0, sumOfSquares / length - mean * mean);
      double unscaledMean = frame.shift() + mean / frame.scale();
      double unscaledVariance = variance / frame.scale() / frame.scale();
      if (repeat == LARGEST_REPEATS
          || !frame.adapt(absoluteMaximum, unscaledMean, unscaledVariance)) {
        double meanSquare = variance + square(mean + frame.shift() * frame.scale());
        return new Moments(
            length,
            unscaledMean,
            Math.sqrt(variance) / frame.scale(),
            Math.sqrt(meanSquare * length) / frame.scale(),
            absoluteMaximum,
            (double) zeros / length,
            0);
      }
    }
  }

  private void sum(int from, int length, Frame frame) {
    sum = 0;
    sumOfSquares = 0;
    absoluteMaximum = 0;
    zeros = 0;
    int blocks = 0;
    for (int done = 0; done < length; done += BLOCK) {
      int size = Math.min(BLOCK, length - done);
      load(from + done, size, frame);
      zeros -= BLOCK - size;
      addBlock(frame);
      if (++blocks % BLOCKS_PER_DRAIN == 0) {
        drain();
      }
    }
    drain();
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

  /** Adds the scratch block to the lanes. */
  abstract void addBlock(Frame frame);

  /** Empties the lanes into the sums. */
  abstract void drain();

  /** Reads one element of the open memory. */
  abstract double element(int index);
}
