package io.github.dl4jstability.measurement;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.Arrays;

/** Loops over 32-bit floats. Each loop is written the way that the JIT compiler vectorizes. */
final class FloatReduction extends Reduction {
  static final int LARGEST_EXPONENT = 126;

  private static final int MAGNITUDE = 0x7fffffff;

  private final float[] values = new float[BLOCK];
  private final int[] bits = new int[BLOCK];
  private final float[] sums = new float[LANES];
  private final float[] squares = new float[LANES];
  private final int[] maxima = new int[LANES];
  private final int[] zeroCounts = new int[LANES];

  private FloatBuffer floats = FloatBuffer.allocate(0);
  private IntBuffer ints = IntBuffer.allocate(0);

  @Override
  void look(ByteBuffer memory) {
    floats = memory.asFloatBuffer();
    ints = memory.asIntBuffer();
  }

  @Override
  void load(int from, int size, Frame frame) {
    floats.get(from, values, 0, size);
    if (size < BLOCK) {
      Arrays.fill(values, size, BLOCK, (float) frame.shift());
    }
  }

  @Override
  void addSums(Frame frame) {
    if (frame.shift() != 0 || frame.scale() != 1) {
      move(values, (float) frame.shift(), (float) frame.scale());
    }
    addSums(values, sums, squares);
  }

  @Override
  void addExtremes(int from, int size) {
    ints.get(from, bits, 0, size);
    if (size < BLOCK) {
      Arrays.fill(bits, size, BLOCK, 0);
    }
    addMaxima(bits, maxima);
    addZeros(bits, zeroCounts);
  }

  private static void move(float[] x, float shift, float scale) {
    for (int j = 0; j < BLOCK; j++) {
      x[j] = (x[j] - shift) * scale;
    }
  }

  private static void addSums(float[] x, float[] sums, float[] squares) {
    for (int j = 0; j < LANES; j++) {
      float a = x[j];
      float b = x[j + LANES];
      float c = x[j + 2 * LANES];
      float d = x[j + 3 * LANES];
      sums[j] += (a + b) + (c + d);
      squares[j] += (a * a + b * b) + (c * c + d * d);
    }
  }

  /**
   * Magnitudes of floats order like their bits, and NaN and infinity lie above all others. One loop
   * per row: with a variable row the compiler does not vectorize, and with all rows in one loop the
   * chain of maxima gets too long for it.
   */
  private static void addMaxima(int[] bits, int[] maxima) {
    for (int j = 0; j < LANES; j++) {
      maxima[j] = larger(maxima[j], bits[j] & MAGNITUDE);
    }
    for (int j = 0; j < LANES; j++) {
      maxima[j] = larger(maxima[j], bits[j + LANES] & MAGNITUDE);
    }
    for (int j = 0; j < LANES; j++) {
      maxima[j] = larger(maxima[j], bits[j + 2 * LANES] & MAGNITUDE);
    }
    for (int j = 0; j < LANES; j++) {
      maxima[j] = larger(maxima[j], bits[j + 3 * LANES] & MAGNITUDE);
    }
  }

  /** The larger of two numbers that are not negative, without the branch of Math.max. */
  private static int larger(int a, int b) {
    int above = b - a;
    return a + (above & ~(above >> 31));
  }

  /** Only the magnitude 0 becomes negative when 1 is taken away. */
  private static void addZeros(int[] bits, int[] counts) {
    for (int j = 0; j < LANES; j++) {
      counts[j] +=
          (((bits[j] & MAGNITUDE) - 1) >>> 31)
              + (((bits[j + LANES] & MAGNITUDE) - 1) >>> 31)
              + (((bits[j + 2 * LANES] & MAGNITUDE) - 1) >>> 31)
              + (((bits[j + 3 * LANES] & MAGNITUDE) - 1) >>> 31);
    }
  }

  @Override
  void drainSums() {
    sum += drained(sums);
    sumOfSquares += drained(squares);
  }

  /** Adds what lies a quarter apart, which vectorizes, and then the rest in four chains. */
  private static double drained(float[] lanes) {
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
    int maximum = 0;
    for (int j = 0; j < LANES; j++) {
      maximum = Math.max(maximum, maxima[j]);
      zeros += zeroCounts[j];
    }
    absoluteMaximum = Float.intBitsToFloat(maximum);
    Arrays.fill(maxima, 0);
    Arrays.fill(zeroCounts, 0);
  }

  @Override
  void widen(int from, int size, double[] into) {
    floats.get(from, values, 0, size);
    for (int i = 0; i < size; i++) {
      into[i] = values[i];
    }
  }
}
