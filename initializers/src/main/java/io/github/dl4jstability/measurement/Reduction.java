package io.github.dl4jstability.measurement;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

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
  static final int LANES = 272;

  /** A multiple of four, as is that. */
  static final int QUARTER = LANES / 4;

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

  private final double[] wide = new double[BLOCK];

  double sum;
  double sumOfSquares;
  double absoluteMaximum;
  long zeros;

  private @Nullable ByteBuffer open;

  /** Chooses the memory that the next reductions read; the same object again costs nothing. */
  @SuppressWarnings("ReferenceEquality")
  final void open(ByteBuffer memory) {
    if (memory != open) {
      look(memory);
      open = memory;
    }
  }

  /** Views the memory as elements. */
  abstract void look(ByteBuffer memory);

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
    return finish(sum(from, length, frame, extremes), from, length, frame, extremes);
  }

  /** Turns sums into moments; sums again where the frame did not fit. */
  final Moments finish(Sums first, int from, int length, Frame frame, boolean extremes) {
    if (!extremes) {
      // Without a maximum, squares that leave the safe range tell that the frame has to change.
      boolean fits =
          Frame.isSafeMeanSquare(first.sumOfSquares() / length)
              && !frame.needsShift(first.mean(length, frame), first.variance(length, frame));
      return fits
          ? first.moments(length, frame, false)
          : finish(sum(from, length, frame, true), from, length, frame, true);
    }
    Sums sums = first;
    for (int repeat = 0; ; repeat++) {
      if (!Double.isFinite(sums.absoluteMaximum())) {
        return exactMoments(from, length);
      }
      double mean = sums.mean(length, frame);
      double variance = sums.variance(length, frame);
      if (repeat == LARGEST_REPEATS || !frame.adapt(sums.absoluteMaximum(), mean, variance)) {
        return sums.moments(length, frame, true);
      }
      sums = sum(from, length, frame, true);
    }
  }

  /** Sums as seen through a frame, and what they mean outside of it. */
  record Sums(double sum, double sumOfSquares, double absoluteMaximum, long zeros) {
    static final Sums NONE = new Sums(0, 0, 0, 0);

    Sums plus(Sums other) {
      return new Sums(
          sum + other.sum,
          sumOfSquares + other.sumOfSquares,
          Math.max(absoluteMaximum, other.absoluteMaximum),
          zeros + other.zeros);
    }

    private double framedVariance(int length) {
      return Math.max(0, sumOfSquares / length - square(sum / length));
    }

    private double mean(int length, Frame frame) {
      return frame.shift() + sum / length / frame.scale();
    }

    private double variance(int length, Frame frame) {
      return framedVariance(length) / frame.scale() / frame.scale();
    }

    private Moments moments(int length, Frame frame, boolean extremes) {
      double variance = framedVariance(length);
      double meanSquare = variance + square(sum / length + frame.shift() * frame.scale());
      return new Moments(
          length,
          mean(length, frame),
          Math.sqrt(variance) / frame.scale(),
          Math.sqrt(meanSquare * length) / frame.scale(),
          extremes ? absoluteMaximum : Double.NaN,
          extremes ? (double) zeros / length : Double.NaN,
          0);
    }
  }

  /** Sums a run of elements of the open memory through a frame, which stays as it is. */
  final Sums sum(int from, int length, Frame frame, boolean extremes) {
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
    return new Sums(sum, sumOfSquares, absoluteMaximum, zeros);
  }

  /**
   * Two plain loops in double: for arrays too small for lanes, and for those with NaN or infinity.
   */
  private Moments exactMoments(int from, int length) {
    double total = 0;
    double maximum = 0;
    double largestFinite = 0;
    long zeroCount = 0;
    long nonFinite = 0;
    for (int done = 0; done < length; done += BLOCK) {
      int size = Math.min(BLOCK, length - done);
      widen(from + done, size, wide);
      for (int i = 0; i < size; i++) {
        double x = wide[i];
        double magnitude = Math.abs(x);
        total += x;
        zeroCount += x == 0 ? 1 : 0;
        // A branch that is seldom taken: Math.max is many times slower than an addition.
        if (!(magnitude <= largestFinite)) {
          maximum = Math.max(maximum, magnitude);
          if (Double.isFinite(x)) {
            largestFinite = magnitude;
          } else {
            nonFinite++;
          }
        }
      }
    }
    double mean = total / length;
    double unit = nonFinite == 0 && maximum > 0 ? unit(maximum) : 1;
    double inverse = 1 / unit;
    double squares = 0;
    double centredSquares = 0;
    for (int done = 0; done < length; done += BLOCK) {
      int size = Math.min(BLOCK, length - done);
      if (length > BLOCK) {
        widen(from + done, size, wide);
      }
      for (int i = 0; i < size; i++) {
        squares += square(wide[i] * inverse);
        centredSquares += square((wide[i] - mean) * inverse);
      }
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

  /** A power of two near a magnitude, which costs no accuracy and has an inverse. */
  private static double unit(double magnitude) {
    return Math.scalb(1.0, Math.max(-1000, Math.min(1000, Math.getExponent(magnitude))));
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

  /** Copies elements of the open memory. */
  abstract void widen(int from, int size, double[] into);
}
