package io.github.dl4jstability.measurement;

import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.util.Arrays;

/** Loops over 64-bit floats; see {@link FloatReduction} for why they look as they do. */
final class DoubleReduction extends Reduction {
  static final int LARGEST_EXPONENT = 1000;

  private final double[] values = new double[BLOCK];
  private final double[] magnitudes = new double[BLOCK];
  private final double[] sums = new double[LANES];
  private final double[] squares = new double[LANES];
  private final double[] maxima = new double[LANES];

  private DoubleBuffer doubles = DoubleBuffer.allocate(0);

  @Override
  void look(ByteBuffer memory) {
    doubles = memory.asDoubleBuffer();
  }

  @Override
  void load(int from, int size, Frame frame) {
    doubles.get(from, values, 0, size);
    if (size < BLOCK) {
      Arrays.fill(values, size, BLOCK, frame.shift());
    }
  }

  @Override
  void addSums(Frame frame) {
    if (frame.shift() != 0 || frame.scale() != 1) {
      move(values, frame.shift(), frame.scale());
    }
    addSums(values, sums, squares);
  }

  @Override
  void addExtremes(int from, int size) {
    doubles.get(from, magnitudes, 0, size);
    if (size < BLOCK) {
      Arrays.fill(magnitudes, size, BLOCK, 0);
    }
    addMaxima(magnitudes, maxima);
    for (double x : magnitudes) {
      if (x == 0) {
        zeros++;
      }
    }
  }

  private static void move(double[] x, double shift, double scale) {
    for (int j = 0; j < BLOCK; j++) {
      x[j] = (x[j] - shift) * scale;
    }
  }

  private static void addSums(double[] x, double[] sums, double[] squares) {
    for (int j = 0; j < LANES; j++) {
      double a = x[j];
      double b = x[j + LANES];
      double c = x[j + 2 * LANES];
      double d = x[j + 3 * LANES];
      sums[j] += (a + b) + (c + d);
      squares[j] += (a * a + b * b) + (c * c + d * d);
    }
  }

  private static void addMaxima(double[] x, double[] maxima) {
    for (int j = 0; j < LANES; j++) {
      maxima[j] = Math.max(maxima[j], Math.abs(x[j]));
    }
    for (int j = 0; j < LANES; j++) {
      maxima[j] = Math.max(maxima[j], Math.abs(x[j + LANES]));
    }
    for (int j = 0; j < LANES; j++) {
      maxima[j] = Math.max(maxima[j], Math.abs(x[j + 2 * LANES]));
    }
    for (int j = 0; j < LANES; j++) {
      maxima[j] = Math.max(maxima[j], Math.abs(x[j + 3 * LANES]));
    }
  }

  @Override
  void drainSums() {
    sum += drained(sums);
    sumOfSquares += drained(squares);
  }

  /** Adds what lies a quarter apart, which vectorizes, and then the rest in four chains. */
  private static double drained(double[] lanes) {
    for (int j = 0; j < QUARTER; j++) {
      lanes[j] =
          (lanes[j] + lanes[j + QUARTER]) + (lanes[j + 2 * QUARTER] + lanes[j + 3 * QUARTER]);
    }
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    for (int j = 0; j < QUARTER; j += 4) {
      a += lanes[j];
      b += lanes[j + 1];
      c += lanes[j + 2];
      d += lanes[j + 3];
    }
    Arrays.fill(lanes, 0);
    return (a + b) + (c + d);
  }

  @Override
  void drainExtremes() {
    for (int j = 0; j < LANES; j++) {
      absoluteMaximum = Math.max(absoluteMaximum, maxima[j]);
    }
    Arrays.fill(maxima, 0);
  }

  @Override
  void widen(int from, int size, double[] into) {
    doubles.get(from, into, 0, size);
  }
}
