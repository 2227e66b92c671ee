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
  void open(ByteBuffer memory) {
    floats = memory.asFloatBuffer();
    ints = memory.asIntBuffer();
  }

  @Override
  void load(int from, int size, Frame frame) {
    floats.get(from, values, 0, size);
    ints.get(from, bits, 0, size);
    if (size < BLOCK) {
      Arrays.fill(values, size, BLOCK, (float) frame.shift());
      Arrays.fill(bits, size, BLOCK, 0);
    }
  }

  @Override
  void addBlock(Frame frame) {
    if (frame.shift() != 0 || frame.scale() != 1) {
      move(values, (float) frame.shift(), (float) frame.scale());
    }
    addSums(values, sums, squares);
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

  /** Magnitudes of floats order like their bits, and NaN and infinity lie above all others. */
  private static void addMaxima(int[] bits, int[] maxima) {
    for (int row = 0; row < BLOCK; row += LANES) {
      addMaximaOfRow(bits, row, maxima);
    }
  }

  private static void addMaximaOfRow(int[] bits, int row, int[] maxima) {
    for (int j = 0; j < LANES; j++) {
      int above = (bits[row + j] & MAGNITUDE) - maxima[j];
      maxima[j] += above & ~(above >> 31);
    }
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
  void drain() {
    int maximum = 0;
    for (int j = 0; j < LANES; j++) {
      sum += sums[j];
      sumOfSquares += squares[j];
      maximum = Math.max(maximum, maxima[j]);
      zeros += zeroCounts[j];
    }
    absoluteMaximum = Math.max(absoluteMaximum, Float.intBitsToFloat(maximum));
    Arrays.fill(sums, 0);
    Arrays.fill(squares, 0);
    Arrays.fill(maxima, 0);
    Arrays.fill(zeroCounts, 0);
  }

  @Override
  double element(int index) {
    return floats.get(index);
  }
}
