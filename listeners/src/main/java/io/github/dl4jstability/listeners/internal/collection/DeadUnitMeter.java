package io.github.dl4jstability.listeners.internal.collection;

import io.github.dl4jstability.listeners.internal.observation.Inspection.Silence;
import io.github.dl4jstability.listeners.internal.observation.UnitHealth;
import io.github.dl4jstability.measurement.UnitView;

/**
 * Counts, for each unit of a rectifier layer, since how many examples it has not been active.
 *
 * <p>A unit that was silent at one look is looked at again at each following iteration, until it is
 * active or has been silent for {@value #WINDOW} examples; this costs little, because a look at a
 * unit ends with its first value that is not 0. So a unit that dies is known as soon as that many
 * examples have passed, whatever the size of the minibatch. The window is long enough that a unit
 * that fires for 1 % of the examples is taken for silent with a chance of 0.99^1024 = 3·10⁻⁵ only.
 *
 * <p>Zeros that dropout on the next layer's input writes do not matter much: a unit that is active
 * for n of the examples reads 0 in all of them with chance p^n.
 */
final class DeadUnitMeter {
  static final int WINDOW = 1024;

  private long[] silentFor = new long[0];
  private boolean[] watched = new boolean[0];
  private long examples;
  private double zeroShare = Double.NaN;

  /**
   * Looks at all units.
   *
   * @param zeroShareNow share of zeros among all values of this minibatch
   */
  void look(UnitView activations, int minibatch, double zeroShareNow) {
    fit(activations.units());
    for (int unit = 0; unit < silentFor.length; unit++) {
      look(activations, unit, minibatch);
    }
    examples += minibatch;
    zeroShare = zeroShareNow;
  }

  /** Tells whether any unit has to be looked at before the next look at all of them. */
  boolean isWatching() {
    for (boolean one : watched) {
      if (one) {
        return true;
      }
    }
    return false;
  }

  /** Looks at the watched units only. */
  void follow(UnitView activations, int minibatch) {
    if (activations.units() != silentFor.length) {
      return;
    }
    for (int unit = 0; unit < silentFor.length; unit++) {
      if (watched[unit]) {
        look(activations, unit, minibatch);
      }
    }
    examples += minibatch;
  }

  private void look(UnitView activations, int unit, int minibatch) {
    silentFor[unit] = activations.isActive(unit) ? 0 : silentFor[unit] + minibatch;
    watched[unit] = silentFor[unit] > 0 && silentFor[unit] < WINDOW;
  }

  private void fit(int units) {
    if (units != silentFor.length) {
      silentFor = new long[units];
      watched = new boolean[units];
      examples = 0;
    }
  }

  /** Returns how many units were silent for at least so many examples. */
  private int silentFor(long atLeast) {
    int count = 0;
    for (long silence : silentFor) {
      count += silence >= atLeast ? 1 : 0;
    }
    return count;
  }

  /**
   * Returns how many units were silent in the last minibatch and in as many before it as it takes.
   *
   * @param enough how many examples it takes
   */
  UnitHealth health(int minibatch, long enough) {
    long needed = Math.max(minibatch, enough);
    return examples < needed
        ? UnitHealth.ABSENT
        : new UnitHealth(silentFor.length, silentFor(needed), 0, 0);
  }

  Silence result() {
    if (silentFor.length == 0) {
      return Silence.ABSENT;
    }
    long window = Math.min(WINDOW, examples);
    return new Silence(silentFor.length, silentFor(window), window, zeroShare);
  }
}
