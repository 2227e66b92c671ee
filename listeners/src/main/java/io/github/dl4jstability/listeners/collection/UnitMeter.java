package io.github.dl4jstability.listeners.collection;

import io.github.dl4jstability.listeners.observation.UnitHealth;
import io.github.dl4jstability.measurement.ArrayMeter;
import io.github.dl4jstability.measurement.Elements;
import java.util.Optional;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Counts the units of a layer that were never active or always saturated over a minibatch. */
final class UnitMeter {
  /** A unit counts as saturated if this share of its values is: always, but for a few. */
  private static final double SATURATED = 0.95;

  private UnitMeter() {}

  static UnitHealth measure(Part part, INDArray activations) {
    Optional<FlatRegion> flat = part.activation().flatMap(FlatRegion::of);
    if (flat.isEmpty() || activations.rank() < 2) {
      return UnitHealth.ABSENT;
    }
    INDArray dense = ArrayMeter.isDense(activations) ? activations : activations.dup('c');
    int axis = unitsComeLast(part) ? dense.rank() - 1 : 1;
    int units = (int) dense.size(axis);
    int run = units == 1 ? (int) dense.length() : (int) dense.stride(axis);
    int[] flatCounts = countPerUnit(Elements.inMemoryOrder(dense), flat.get(), units, run);
    long valuesPerUnit = activations.length() / units;
    return health(flatCounts, valuesPerUnit, flat.get().rectifier());
  }

  private static boolean unitsComeLast(Part part) {
    Layer layer = part.configuration().orElse(null);
    return (layer instanceof ConvolutionLayer convolution
            && convolution.getCnn2dDataFormat() == CNN2DFormat.NHWC)
        || (layer instanceof BaseRecurrentLayer recurrent
            && recurrent.getRnnDataFormat() == RNNFormat.NWC);
  }

  /** In memory, whatever the order, units lie in runs of equal length that take turns. */
  private static int[] countPerUnit(float[] elements, FlatRegion flat, int units, int run) {
    float low = flat.atOrBelow();
    float high = flat.atOrAbove();
    int[] counts = new int[units];
    int next = 0;
    while (next < elements.length) {
      for (int unit = 0; unit < units; unit++) {
        int count = 0;
        for (int end = next + run; next < end; next++) {
          count += elements[next] <= low || elements[next] >= high ? 1 : 0;
        }
        counts[unit] += count;
      }
    }
    return counts;
  }

  private static UnitHealth health(int[] flatCounts, long valuesPerUnit, boolean rectifier) {
    int always = 0;
    long total = 0;
    for (int count : flatCounts) {
      double needed = rectifier ? valuesPerUnit : SATURATED * valuesPerUnit;
      always += count >= needed ? 1 : 0;
      total += count;
    }
    int units = flatCounts.length;
    return rectifier
        ? new UnitHealth(units, always, 0, 0)
        : new UnitHealth(units, 0, always, (double) total / (valuesPerUnit * units));
  }
}
