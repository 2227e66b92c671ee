package io.github.dl4jstability.listeners.internal.model;

import java.util.Optional;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.Cnn3DLossLayer;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Names loss functions as {@link LossFunction} does, others by their class. */
public final class LossNames {
  private LossNames() {}

  static Optional<String> of(Layer layer) {
    return lossOf(layer).map(LossNames::name);
  }

  public static Optional<ILossFunction> lossOf(Layer layer) {
    return Optional.ofNullable(loss(layer));
  }

  private static @Nullable ILossFunction loss(Layer layer) {
    if (layer instanceof BaseOutputLayer output) {
      return output.getLossFn();
    }
    if (layer instanceof LossLayer output) {
      return output.getLossFn();
    }
    if (layer instanceof RnnLossLayer output) {
      return output.getLossFn();
    }
    if (layer instanceof CnnLossLayer output) {
      return output.getLossFn();
    }
    return layer instanceof Cnn3DLossLayer output ? output.getLossFn() : null;
  }

  /** Of two names for one function the later is the usual one: L2 rather than SQUARED_LOSS. */
  private static String name(ILossFunction loss) {
    String name = loss.getClass().getSimpleName();
    for (LossFunction known : LossFunction.values()) {
      if (known.getILossFunction().getClass() == loss.getClass()) {
        name = known.name();
      }
    }
    return name;
  }
}
