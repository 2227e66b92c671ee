package io.github.dl4jstability.listeners.internal.model;

import java.util.Optional;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationHardSigmoid;
import org.nd4j.linalg.activations.impl.ActivationHardTanH;
import org.nd4j.linalg.activations.impl.ActivationRationalTanh;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU6;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftSign;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.activations.impl.ActivationThresholdedReLU;

/**
 * Where an activation function is flat, in terms of its own output: there its slope is below 5 % of
 * its largest slope.
 *
 * @param atOrBelow outputs up to here are flat
 * @param atOrAbove outputs from here on are flat
 * @param rectifier whether the lower region is the off state of a rectifier, where a unit passes no
 *     gradient at all, rather than saturation
 */
public record FlatRegion(float atOrBelow, float atOrAbove, boolean rectifier) {
  private static final double SLOPE_SHARE = 0.05;

  /** tanh' = 1 − a², so |a| = √(1 − 0.05). */
  private static final double TANH = Math.sqrt(1 - SLOPE_SHARE);

  public static Optional<FlatRegion> of(IActivation activation) {
    if (activation instanceof ActivationReLU
        || activation instanceof ActivationReLU6
        || activation instanceof ActivationThresholdedReLU) {
      return Optional.of(new FlatRegion(0, Float.POSITIVE_INFINITY, true));
    }
    if (activation instanceof ActivationSigmoid) {
      // σ' = a(1 − a) with largest value 1/4: the same curve as tanh, moved and halved.
      return Optional.of(new FlatRegion((float) ((1 - TANH) / 2), (float) ((1 + TANH) / 2), false));
    }
    if (activation instanceof ActivationTanH) {
      return Optional.of(symmetric(TANH));
    }
    if (activation instanceof ActivationRationalTanh) {
      // It approximates 1.7159·tanh(2x/3).
      return Optional.of(symmetric(1.7159 * TANH));
    }
    if (activation instanceof ActivationHardTanH) {
      return Optional.of(symmetric(1));
    }
    if (activation instanceof ActivationHardSigmoid) {
      return Optional.of(new FlatRegion(0, 1, false));
    }
    if (activation instanceof ActivationSoftSign) {
      // a' = (1 − |a|)².
      return Optional.of(symmetric(1 - Math.sqrt(SLOPE_SHARE)));
    }
    return Optional.empty();
  }

  private static FlatRegion symmetric(double bound) {
    return new FlatRegion((float) -bound, (float) bound, false);
  }
}
