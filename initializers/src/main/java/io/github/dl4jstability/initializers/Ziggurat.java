package io.github.dl4jstability.initializers;

/**
 * Standard normal values by the ziggurat method with 256 blocks, in Doornik's corrected form.
 *
 * <p>About 99 % of the draws cost one 64-bit word, one table look-up and one multiplication. Eight
 * bits choose the block and 53 other bits the place in it. The tables and the rare slow paths use
 * {@link StrictMath}, so that a seed gives the same bits on every platform.
 *
 * @see <a href="https://doi.org/10.18637/jss.v005.i08">Marsaglia and Tsang 2000, The ziggurat
 *     method for generating random variables</a>; the correction is in Doornik 2005, An improved
 *     ziggurat method to generate normal random samples
 */
final class Ziggurat {

  private static final int BLOCKS = 256;
  private static final double TAIL = 3.654152885361009;
  private static final double AREA = 0.00492867323399;
  private static final double[] EDGE = new double[BLOCKS + 1];
  private static final double[] RATIO = new double[BLOCKS];

  static {
    double density = density(TAIL);
    EDGE[0] = AREA / density;
    EDGE[1] = TAIL;
    for (int i = 2; i < BLOCKS; i++) {
      EDGE[i] = StrictMath.sqrt(-2 * StrictMath.log(AREA / EDGE[i - 1] + density));
      density = density(EDGE[i]);
    }
    EDGE[BLOCKS] = 0;
    for (int i = 0; i < BLOCKS; i++) {
      RATIO[i] = EDGE[i + 1] / EDGE[i];
    }
  }

  private Ziggurat() {}

  static double next(RandomStream random) {
    long bits = random.nextLong();
    int block = (int) bits & (BLOCKS - 1);
    double u = (bits >> 11) * 0x1.0p-52;
    return Math.abs(u) < RATIO[block] ? u * EDGE[block] : outside(random, block, u);
  }

  private static double outside(RandomStream random, int firstBlock, double firstU) {
    int block = firstBlock;
    double u = firstU;
    while (true) {
      if (Math.abs(u) < RATIO[block]) {
        return u * EDGE[block];
      }
      if (block == 0) {
        return StrictMath.copySign(tail(random, TAIL), u);
      }
      double x = u * EDGE[block];
      double low = StrictMath.exp(-0.5 * (EDGE[block] * EDGE[block] - x * x));
      double high = StrictMath.exp(-0.5 * (EDGE[block + 1] * EDGE[block + 1] - x * x));
      if (high + random.nextDouble() * (low - high) < 1) {
        return x;
      }
      long bits = random.nextLong();
      block = (int) bits & (BLOCKS - 1);
      u = (bits >> 11) * 0x1.0p-52;
    }
  }

  /** A standard normal value above {@code from > 0} (Marsaglia 1964). */
  static double tail(RandomStream random, double from) {
    double x;
    double y;
    do {
      x = -StrictMath.log(random.nextOpenDouble()) / from;
      y = -StrictMath.log(random.nextOpenDouble());
    } while (y + y < x * x);
    return from + x;
  }

  private static double density(double x) {
    return StrictMath.exp(-0.5 * x * x);
  }
}
