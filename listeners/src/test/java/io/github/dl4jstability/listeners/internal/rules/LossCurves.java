package io.github.dl4jstability.listeners.internal.rules;

import java.util.Random;
import java.util.function.IntToDoubleFunction;

/** Losses as training would show them: a curve, disturbed by which examples come when. */
public final class LossCurves {
  private LossCurves() {}

  /** How minibatches disturb a loss. */
  public enum Noise {
    NONE,
    NORMAL,
    /** Mostly small, sometimes large, as for single examples. */
    SKEWED,
    /** The same examples come again in each epoch, in a new order. */
    EPOCHS,
    /** The same, sorted: each epoch goes from easy to hard. */
    SORTED_EPOCHS,
    /** Neighbours resemble each other, over 20 iterations; a third of the deviation only. */
    WANDERING
  }

  /** Iterations per epoch where data repeat. */
  static final int EPOCH = 50;

  /** Turns a curve into a loss with noise of a standard deviation relative to the curve. */
  public static IntToDoubleFunction disturbed(
      IntToDoubleFunction curve, Noise noise, double deviation, Random random) {
    double[] offsets = new double[EPOCH];
    for (int i = 0; i < EPOCH; i++) {
      offsets[i] =
          noise == Noise.SORTED_EPOCHS ? (i - (EPOCH - 1) / 2.0) / 14.4 : random.nextGaussian();
    }
    double[] wandering = {random.nextGaussian()};
    return i -> {
      if (i % EPOCH == 0 && noise == Noise.EPOCHS) {
        shuffle(offsets, random);
      }
      double z =
          switch (noise) {
            case NONE -> 0;
            case NORMAL -> random.nextGaussian();
            case SKEWED -> -Math.log(1 - random.nextDouble()) - 1;
            case EPOCHS, SORTED_EPOCHS -> offsets[i % EPOCH];
            case WANDERING -> {
              wandering[0] = 0.95 * wandering[0] + 0.3122 * random.nextGaussian();
              yield 0.3 * wandering[0];
            }
          };
      return curve.applyAsDouble(i) * Math.max(0, 1 + deviation * z);
    };
  }

  private static void shuffle(double[] values, Random random) {
    for (int i = values.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      double swap = values[i];
      values[i] = values[j];
      values[j] = swap;
    }
  }

  public static int epochOf(Noise noise, int iteration) {
    return noise == Noise.EPOCHS || noise == Noise.SORTED_EPOCHS ? iteration / EPOCH : 0;
  }

  /**
   * A mode of strength s in a two-layer linear network, started at a₀ (Saxe et al. 2014,
   * arXiv:1312.6120): its strength follows a logistic curve, the loss is ½(s − a)².
   *
   * @param rate learning rate over the network's time constant
   */
  public static IntToDoubleFunction saxe(double strength, double start, double rate) {
    return i -> {
      double grown = Math.exp(2 * strength * rate * i);
      double a = strength * grown / (grown - 1 + strength / start);
      return 0.5 * (strength - a) * (strength - a);
    };
  }

  /** When half of the mode's strength is learned. */
  public static double saxeHalfTime(double strength, double start, double rate) {
    return Math.log(strength / start - 1) / (2 * strength * rate);
  }
}
