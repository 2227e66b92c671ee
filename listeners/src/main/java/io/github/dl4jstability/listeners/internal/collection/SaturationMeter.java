package io.github.dl4jstability.listeners.internal.collection;

import io.github.dl4jstability.listeners.internal.model.FlatRegion;
import io.github.dl4jstability.listeners.internal.observation.UnitHealth;
import io.github.dl4jstability.measurement.UnitView;

/**
 * Counts the units of a layer that are saturated: 95 % of their values lie where the activation
 * function is flat.
 *
 * <p>That share needs {@value #ENOUGH} values of a unit to mean anything. Where one minibatch has
 * fewer, the following ones are added until there are enough.
 */
final class SaturationMeter {
  /** A unit counts as saturated if this share of its values is: always, but for a few. */
  private static final double SATURATED = 0.95;

  static final int ENOUGH = 32;

  private int[] flat = new int[0];
  private int[] counted = new int[0];
  private int values;
  private UnitHealth last = UnitHealth.ABSENT;

  /** Starts over; what was complete stays until there is something newer. */
  void restart(int units) {
    flat = new int[units];
    counted = new int[units];
    values = 0;
  }

  /** Tells whether it was started and has not seen enough. */
  boolean isWatching() {
    return flat.length > 0 && values < ENOUGH;
  }

  /**
   * Adds a minibatch.
   *
   * @param scale what the activations were multiplied with after they left the function
   * @param skipZeros whether a 0 was written by dropout or a mask and says nothing
   */
  void look(UnitView activations, FlatRegion region, double scale, boolean skipZeros) {
    if (activations.units() != flat.length) {
      restart(activations.units());
    }
    float low = (float) (region.atOrBelow() * scale);
    float high = (float) (region.atOrAbove() * scale);
    for (int run = 0; run < activations.runs(); run++) {
      for (int unit = 0; unit < flat.length; unit++) {
        for (int place = 0; place < activations.runLength(); place++) {
          double x = activations.get(unit, run, place);
          if (x != 0 || !skipZeros) {
            counted[unit]++;
            flat[unit] += x <= low || x >= high ? 1 : 0;
          }
        }
      }
    }
    values += activations.valuesPerUnit();
    if (values >= ENOUGH) {
      last = health();
    }
  }

  private UnitHealth health() {
    int saturated = 0;
    long total = 0;
    long all = 0;
    for (int unit = 0; unit < flat.length; unit++) {
      saturated += counted[unit] > 0 && flat[unit] >= SATURATED * counted[unit] ? 1 : 0;
      total += flat[unit];
      all += counted[unit];
    }
    return new UnitHealth(flat.length, 0, saturated, (double) total / all);
  }

  UnitHealth last() {
    return last;
  }
}
