package io.github.dl4jstability.listeners.internal.collection;

import io.github.dl4jstability.listeners.internal.observation.ArrayHistogram;
import io.github.dl4jstability.listeners.internal.observation.UnitHealth;
import io.github.dl4jstability.measurement.ArrayMeter;
import io.github.dl4jstability.measurement.Moments;
import io.github.dl4jstability.measurement.Segment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What the forward pass of one iteration showed. Activations live in a workspace that is gone after
 * the hook, so all that is wanted of them is taken there.
 *
 * @param inputs by network input; empty where the look was not thorough
 */
record ForwardMeter(
    List<Moments> inputs,
    List<Moments> activations,
    List<UnitHealth> unitHealth,
    List<ArrayHistogram> distributions) {

  /** Where there was no forward hook, as in layerwise pretraining. */
  static ForwardMeter nothing(int layers) {
    return new ForwardMeter(
        List.of(),
        Collections.nCopies(layers, Moments.ABSENT),
        Collections.nCopies(layers, UnitHealth.ABSENT),
        Collections.nCopies(layers, ArrayHistogram.ABSENT));
  }

  static ForwardMeter measure(
      List<UnitMeter> unitMeters,
      int minibatch,
      List<INDArray> inputs,
      IntFunction<@Nullable INDArray> activationOf,
      ArrayMeter meter,
      boolean thorough,
      boolean distributions) {
    List<Moments> moments = new ArrayList<>();
    List<UnitHealth> units = new ArrayList<>();
    List<ArrayHistogram> histograms = new ArrayList<>();
    for (int layer = 0; layer < unitMeters.size(); layer++) {
      INDArray activation = activationOf.apply(layer);
      boolean seen = activation != null && activation.dataType().isFPType();
      Moments measured = seen ? meter.measure(activation, thorough) : Moments.ABSENT;
      moments.add(measured);
      if (seen) {
        unitMeters.get(layer).look(activation, measured, minibatch, thorough);
      }
      units.add(seen && thorough ? unitMeters.get(layer).health() : UnitHealth.ABSENT);
      histograms.add(
          seen && distributions
              ? HistogramMeter.measure(activation, new Segment(0, activation.length()))
              : ArrayHistogram.ABSENT);
    }
    return new ForwardMeter(
        thorough ? inputs(inputs, meter) : List.of(), moments, units, histograms);
  }

  /** Measures network inputs; those that are not floating-point numbers are absent. */
  static List<Moments> inputs(List<INDArray> inputs, ArrayMeter meter) {
    return inputs.stream()
        .map(input -> input.dataType().isFPType() ? meter.measure(input, false) : Moments.ABSENT)
        .toList();
  }

  /** Returns the first layer whose output is not finite, or -1. */
  int firstNonFiniteLayer() {
    for (int layer = 0; layer < activations.size(); layer++) {
      if (!activations.get(layer).isFinite()) {
        return layer;
      }
    }
    return -1;
  }
}
