package io.github.dl4jstability.listeners.collection;

import java.util.Optional;
import org.deeplearning4j.nn.api.Trainable;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.nd4j.linalg.activations.IActivation;

/**
 * A layer, or a graph vertex with parameters, of a built network.
 *
 * @param name what people call it
 * @param trainable the part itself
 * @param configuration its layer configuration; empty for vertices that are not layers
 * @param stepsToOutput number of parts after it on the longest way to an output
 * @param output whether it has a loss
 * @param frozen whether training leaves its parameters alone
 */
record Part(
    String name,
    Trainable trainable,
    Optional<Layer> configuration,
    int stepsToOutput,
    boolean output,
    boolean frozen) {

  static String nameOr(Layer configuration, String otherwise) {
    String name = configuration.getLayerName();
    return name == null || name.isBlank() ? otherwise : name;
  }

  String type() {
    return configuration
        .map(layer -> unwrap(layer).getClass().getSimpleName())
        .orElseGet(() -> trainable.getClass().getSimpleName());
  }

  Optional<IActivation> activation() {
    Layer layer = configuration.map(Part::unwrap).orElse(null);
    if (layer instanceof BaseLayer base) {
      return Optional.ofNullable(base.getActivationFn());
    }
    if (layer instanceof ActivationLayer activation) {
      return Optional.ofNullable(activation.getActivationFn());
    }
    return Optional.empty();
  }

  private static Layer unwrap(Layer layer) {
    Layer inner =
        layer instanceof FrozenLayer wrapper
            ? wrapper.getLayer()
            : layer instanceof BaseWrapperLayer outer
                ? outer.getUnderlying()
                : layer instanceof Bidirectional both ? both.getFwd() : null;
    return inner == null ? layer : unwrap(inner);
  }
}
