package io.github.dl4jstability.initializers;

import org.nd4j.linalg.factory.Nd4j;

/**
 * A fast stream of 64 random bits per draw, seeded by Deeplearning4j's generator of this thread.
 *
 * <p>The generator is xoshiro256++. Two draws from {@code Nd4j.getRandom()} seed it, so that the
 * same Deeplearning4j seed gives the same weights, and two layers in a row get different ones. It
 * exists because the native generator yields 24-bit uniforms even for double precision, and because
 * a Java loop with a ziggurat is several times faster than the native Gaussian.
 *
 * <p>Not thread-safe; one stream serves one initialization.
 *
 * @see <a href="https://doi.org/10.1145/3460772">Blackman and Vigna 2021, Scrambled linear
 *     pseudorandom number generators</a>
 */
final class RandomStream {

  private static final double ULP_53 = 0x1.0p-53;

  private long s0;
  private long s1;
  private long s2;
  private long s3;

  private RandomStream(long high, long low) {
    s0 = mix(high + 0x9e3779b97f4a7c15L);
    s1 = mix(low + 0x3c6ef372fe94f82aL);
    s2 = mix(high ^ Long.rotateLeft(low, 32));
    s3 = mix(low - high) | 1; // never all zero
  }

  /** Seeds a stream from the generator of the calling thread, which moves on by two draws. */
  static RandomStream fromNd4j() {
    long high = Nd4j.getRandom().nextLong();
    return new RandomStream(high, Nd4j.getRandom().nextLong());
  }

  static RandomStream seeded(long seed) {
    return new RandomStream(mix(seed), seed);
  }

  /** The finalizer of SplitMix64. */
  private static long mix(long seed) {
    long z = (seed ^ (seed >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  long nextLong() {
    long result = Long.rotateLeft(s0 + s3, 23) + s0;
    long t = s1 << 17;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= t;
    s3 = Long.rotateLeft(s3, 45);
    return result;
  }

  /** Returns a uniform value in the open interval (0, 1), with 53 random bits. */
  double nextOpenDouble() {
    return ((nextLong() >>> 11) + 0.5) * ULP_53;
  }

  /** Returns a uniform value in [0, 1), with 53 random bits. */
  double nextDouble() {
    return (nextLong() >>> 11) * ULP_53;
  }

  /** Returns a uniform index below {@code bound}, without modulo bias (Lemire 2019). */
  int nextIndex(int bound) {
    long product = (nextLong() >>> 32) * bound;
    long low = product & 0xffffffffL;
    if (low < bound) {
      long threshold = (1L << 32) % bound;
      while (low < threshold) {
        product = (nextLong() >>> 32) * bound;
        low = product & 0xffffffffL;
      }
    }
    return (int) (product >>> 32);
  }

  double nextGaussian() {
    return Ziggurat.next(this);
  }
}
