package io.github.dl4jstability.listeners.internal.collection;

import io.github.dl4jstability.listeners.internal.model.Part;
import java.util.List;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.dropout.SpatialDropout;
import org.deeplearning4j.nn.layers.AbstractLayer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * What the next layer has done to an activation array before the hook shows it: dropout writes into
 * its input in place. Output layers have not run yet at that time.
 *
 * @param retain probability with which dropout keeps a value (and divides it by that probability);
 *     1 without dropout, NaN where it was disturbed in a way that cannot be undone
 */
record Disturbance(double retain) {
  private static final Disturbance NONE = new Disturbance(1);
  private static final Disturbance NOISE = new Disturbance(Double.NaN);

  /** Looks at the readers of an array. */
  static Disturbance by(List<Part> readers) {
    if (readers.size() != 1) {
      return NONE; // with several readers each gets a copy
    }
    Part reader = readers.get(0);
    return reader.output() || !reader.dropsItsInput() || !mayWrite(reader)
        ? NONE
        : reader.inner().map(layer -> by(layer.getIDropout(), reader)).orElse(NONE);
  }

  private static boolean mayWrite(Part reader) {
    return !(reader.built().orElse(null) instanceof AbstractLayer<?> layer)
        || layer.isInputModificationAllowed();
  }

  private static Disturbance by(IDropout dropout, Part reader) {
    if (dropout instanceof Dropout plain) {
      return new Disturbance(present(plain.getP(), plain.getPSchedule(), reader));
    }
    if (dropout instanceof SpatialDropout spatial) {
      return new Disturbance(present(spatial.getP(), spatial.getPSchedule(), reader));
    }
    return NOISE;
  }

  private static double present(double fixed, @Nullable ISchedule schedule, Part reader) {
    return schedule == null
        ? fixed
        : reader
            .built()
            .map(layer -> schedule.valueAt(layer.getIterationCount(), layer.getEpochCount()))
            .orElse(Double.NaN);
  }

  boolean isNoise() {
    return Double.isNaN(retain);
  }

  boolean drops() {
    return retain < 1;
  }

  /** Returns the share of zeros before dropout, from the share of zeros after it. */
  double undropped(double zeroShare) {
    return retain == 1 ? zeroShare : Math.max(0, 1 - (1 - zeroShare) / retain);
  }
}
