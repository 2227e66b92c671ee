package io.github.dl4jstability.listeners.internal.collection;

import io.github.dl4jstability.listeners.internal.model.UnitBlock;
import io.github.dl4jstability.listeners.internal.observation.Inspection.Twins;
import io.github.dl4jstability.measurement.FlatMemory;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/**
 * Finds units with the same incoming weights and the same update.
 *
 * <p>Each unit gets a fingerprint: random projections of a few of its weights and of their updates.
 * Only units with the same fingerprint are compared in full, so that a layer without twins costs a
 * small part of a pass over its weights.
 */
public final class DuplicateUnitSearch {
  /**
   * Rounding of equal sums in single precision stays below. Weights are compared on the scale of
   * their own unit: beside a unit that has exploded all others would look alike. Updates are sums
   * of terms that may cancel, and are compared on the scale of the layer.
   */
  private static final double TOLERANCE = 1e-5;

  private static final int LARGEST_SAMPLE = 64;

  /** How many neighbours in the order of fingerprints a unit is compared with. */
  private static final int NEIGHBOURS = 16;

  private static final double[] FACTORS =
      new Random(20100131).doubles(LARGEST_SAMPLE, 0.5, 1).toArray();

  private final List<UnitBlock> blocks;
  private final int units;

  /**
   * @param blocks the arrays of the units' incoming weights, all with the same number of units
   */
  public DuplicateUnitSearch(List<UnitBlock> blocks) {
    this.blocks = List.copyOf(blocks);
    this.units = blocks.get(0).units();
  }

  int units() {
    return units;
  }

  /** Looks at flat views of parameters and updates. */
  Twins search(FlatMemory parameters, FlatMemory updates) {
    double[] weightScales = scales(parameters);
    double updateScale = Arrays.stream(scales(updates)).max().orElse(0);
    double[] updateScales = new double[units];
    Arrays.fill(updateScales, updateScale);
    double[] weightPrint = fingerprints(parameters, weightScales);
    double[] updatePrint = fingerprints(updates, updateScales);
    Integer[] order = new Integer[units];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparingDouble(i -> weightPrint[i]));
    double slack = 2 * TOLERANCE * LARGEST_SAMPLE * blocks.size();
    int[] group = new int[units]; // of the unit at this place in the order
    int groups = 0;
    int[] sizes = new int[units];
    for (int i = 0; i < units; i++) {
      int found = -1;
      for (int j = i - 1; j >= Math.max(0, i - NEIGHBOURS) && found < 0; j--) {
        int one = order[i];
        int other = order[j];
        if (weightPrint[one] - weightPrint[other] > slack) {
          break;
        }
        boolean same =
            Math.abs(updatePrint[one] - updatePrint[other]) <= slack
                && isEqual(parameters, one, other, TOLERANCE * weightScales[one])
                && isEqual(updates, one, other, TOLERANCE * updateScale);
        found = same ? group[j] : -1;
      }
      group[i] = found < 0 ? groups++ : found;
      sizes[group[i]]++;
    }
    int withTwin = Arrays.stream(sizes).filter(size -> size > 1).sum();
    return new Twins(units, withTwin, groups);
  }

  /** Returns by unit the largest absolute value in the sample. */
  private double[] scales(FlatMemory memory) {
    double[] largest = new double[units];
    for (UnitBlock block : blocks) {
      int step = step(block);
      for (int unit = 0; unit < units; unit++) {
        for (int e = 0; e < block.elementsPerUnit(); e += step) {
          largest[unit] = Math.max(largest[unit], Math.abs(memory.get(block.index(unit, e))));
        }
      }
    }
    return largest;
  }

  private double[] fingerprints(FlatMemory memory, double[] scales) {
    double[] prints = new double[units];
    for (UnitBlock block : blocks) {
      int step = step(block);
      for (int unit = 0; unit < units; unit++) {
        double sum = 0;
        for (int e = 0, k = 0; e < block.elementsPerUnit(); e += step, k++) {
          sum += memory.get(block.index(unit, e)) * FACTORS[k];
        }
        prints[unit] += scales[unit] == 0 ? sum : sum / scales[unit];
      }
    }
    return prints;
  }

  private static int step(UnitBlock block) {
    return (block.elementsPerUnit() + LARGEST_SAMPLE - 1) / LARGEST_SAMPLE;
  }

  /** NaN equals nothing, not even itself. */
  private boolean isEqual(FlatMemory memory, int one, int other, double tolerance) {
    for (UnitBlock block : blocks) {
      for (int e = 0; e < block.elementsPerUnit(); e++) {
        double difference = memory.get(block.index(one, e)) - memory.get(block.index(other, e));
        if (!(Math.abs(difference) <= tolerance)) {
          return false;
        }
      }
    }
    return true;
  }
}
