package io.github.dl4jstability.listeners.internal.collection;

import io.github.dl4jstability.listeners.internal.model.FlatRegion;
import io.github.dl4jstability.listeners.internal.model.Part;
import io.github.dl4jstability.listeners.internal.observation.Inspection.Silence;
import io.github.dl4jstability.listeners.internal.observation.UnitHealth;
import io.github.dl4jstability.measurement.Moments;
import io.github.dl4jstability.measurement.UnitView;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Watches the units of one part: those of rectifiers for silence, others for saturation.
 *
 * <p>Steps that a mask hides are left out where the layer zeroes them. Plain recurrent layers do
 * not: there they count like others.
 */
public final class UnitMeter {
  private final Part part;
  private final List<Part> readers;
  private final boolean unitsLast;
  private final Optional<FlatRegion> flat;
  private final DeadUnitMeter silence = new DeadUnitMeter();
  private final SaturationMeter saturation = new SaturationMeter();
  private final Contained contained;
  private UnitHealth health = UnitHealth.ABSENT;

  /**
   * @param readers the parts that read its output
   * @param unitsLast whether units lie on the last axis of its output rather than on axis 1
   */
  public UnitMeter(Part part, List<Part> readers, boolean unitsLast) {
    this.part = part;
    this.readers = readers;
    this.unitsLast = unitsLast;
    this.contained = new Contained("the units of layer " + part.name());
    boolean mixed =
        part.bidirectional()
            .filter(both -> both.getMode() != Bidirectional.Mode.CONCAT)
            .isPresent();
    // The sum or mean of two directions is not what the activation function returned.
    this.flat = mixed ? Optional.empty() : part.activation().flatMap(FlatRegion::of);
  }

  /**
   * Takes one minibatch's activations.
   *
   * @param moments of the same array
   * @param thorough whether to look at all units, or only to complete earlier looks
   */
  void look(INDArray activations, Moments moments, int minibatch, boolean thorough) {
    contained.run(() -> lookAt(activations, moments, minibatch, thorough));
  }

  private void lookAt(INDArray activations, Moments moments, int minibatch, boolean thorough) {
    if (flat.isEmpty() || activations.rank() < 2 || activations.isEmpty()) {
      return;
    }
    boolean rectifier = flat.get().rectifier();
    boolean watching = rectifier ? silence.isWatching() : saturation.isWatching();
    if (!thorough && !watching) {
      return;
    }
    Disturbance disturbance = Disturbance.by(readers);
    if (disturbance.isNoise()) {
      return;
    }
    UnitView units = UnitView.of(activations, unitsLast ? activations.rank() - 1 : 1);
    if (rectifier) {
      lookForSilence(units, disturbance, moments, minibatch, thorough);
    } else {
      lookForSaturation(units, disturbance, flat.get(), thorough);
    }
  }

  private void lookForSilence(
      UnitView units, Disturbance disturbance, Moments moments, int minibatch, boolean thorough) {
    if (!thorough) {
      silence.follow(units, minibatch);
      return;
    }
    silence.look(units, minibatch, disturbance.undropped(unmasked(moments.zeroShare())));
    int enough =
        Math.max(1, (SaturationMeter.ENOUGH + units.valuesPerUnit() - 1) / units.valuesPerUnit());
    health = silence.health(minibatch, (long) enough * minibatch);
  }

  private void lookForSaturation(
      UnitView units, Disturbance disturbance, FlatRegion region, boolean thorough) {
    if (thorough && !saturation.isWatching()) {
      saturation.restart(units.units());
    }
    boolean skipZeros = disturbance.drops() || mask() != null;
    saturation.look(units, region, 1 / disturbance.retain(), skipZeros);
    health = saturation.last();
  }

  /** Returns the share of zeros among the steps that are not masked; masked steps are 0. */
  private double unmasked(double zeroShare) {
    INDArray mask = mask();
    if (mask == null || mask.isEmpty()) {
      return zeroShare;
    }
    double masked = Moments.of(mask).zeroShare();
    return (zeroShare - masked) / (1 - masked);
  }

  private @Nullable INDArray mask() {
    return part.built().map(layer -> layer.getMaskArray()).orElse(null);
  }

  UnitHealth health() {
    return health;
  }

  Silence silence() {
    return silence.result();
  }
}
