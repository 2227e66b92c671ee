package io.github.dl4jstability.benchmarks.accuracy;

import java.util.Locale;

/**
 * Wilson's score interval for a share: with p = successes/n and z = 1.96, the limits are (p + z²/2n
 * ± z·√(p(1 − p)/n + z²/4n²)) / (1 + z²/n). Unlike p ± 1.96·√(p(1 − p)/n) it is right near 0 and 1,
 * where all our shares lie.
 *
 * <p>Source: Wilson 1927, doi:10.1080/01621459.1927.10502953.
 *
 * @param successes how many, 0 to {@code trials}
 * @param trials of how many; with 0 the interval is all of [0, 1]
 */
record WilsonInterval(int successes, int trials) {
  private static final double Z = 1.959963984540054;

  WilsonInterval {
    if (successes < 0 || successes > trials) {
      throw new IllegalArgumentException(
          "successes must be 0 to " + trials + " (trials), were " + successes);
    }
  }

  double share() {
    return trials == 0 ? Double.NaN : (double) successes / trials;
  }

  double low() {
    return trials == 0 ? 0 : Math.max(0, middle() - halfWidth());
  }

  double high() {
    return trials == 0 ? 1 : Math.min(1, middle() + halfWidth());
  }

  private double middle() {
    return (share() + Z * Z / (2.0 * trials)) / (1 + Z * Z / trials);
  }

  private double halfWidth() {
    double variance = share() * (1 - share()) / trials + Z * Z / (4.0 * trials * trials);
    return Z * Math.sqrt(variance) / (1 + Z * Z / trials);
  }

  /** Returns for example "97.5 % (92.9 to 99.1), 117 of 120". */
  String text() {
    if (trials == 0) {
      return "none";
    }
    return String.format(
        Locale.ROOT,
        "%.1f %% (%.1f to %.1f), %d of %d",
        100 * share(),
        100 * low(),
        100 * high(),
        successes,
        trials);
  }

  /** Returns for example "117/120". */
  String fraction() {
    return trials == 0 ? "" : successes + "/" + trials;
  }
}
