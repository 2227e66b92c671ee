package io.github.dl4jstability.listeners.internal.model;

import java.lang.ref.WeakReference;
import java.util.Optional;
import org.deeplearning4j.nn.api.Trainable;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;

/**
 * A layer, or a graph vertex with parameters, of a built network, which it does not keep.
 *
 * @param name what people call it
 * @param live the part itself
 * @param configuration its layer configuration with all wrappers; empty for vertices that are not
 *     layers
 * @param stepsToOutput number of parts after it on the longest way to an output
 * @param output whether it has a loss
 * @param frozen whether training leaves its parameters alone
 */
public record Part(
    String name,
    WeakReference<Trainable> live,
    Optional<Layer> configuration,
    int stepsToOutput,
    boolean output,
    boolean frozen) {

  /** Returns the part itself, which lives as long as hooks of its network are called. */
  public Trainable trainable() {
    return alive(live);
  }

  /** Returns what a reference refers to while a hook of the network runs. */
  static <T> T alive(WeakReference<T> live) {
    T part = live.get();
    if (part == null) {
      throw new IllegalStateException("the network, or a layer of it, is gone");
    }
    return part;
  }

  static String nameOr(Layer configuration, String otherwise) {
    String name = configuration.getLayerName();
    return name == null || name.isBlank() ? otherwise : name;
  }

  String type() {
    return inner()
        .map(layer -> layer.getClass().getSimpleName())
        .orElseGet(() -> trainable().getClass().getSimpleName());
  }

  /** Returns its layer configuration without wrappers. */
  public Optional<Layer> inner() {
    return configuration.map(Part::unwrap);
  }

  public Optional<IActivation> activation() {
    Layer layer = inner().orElse(null);
    if (layer instanceof BatchNormalization || layer instanceof PReLULayer) {
      return Optional.empty(); // they have the setting, by default sigmoid, and ignore it
    }
    if (layer instanceof BaseLayer base) {
      return Optional.ofNullable(base.getActivationFn());
    }
    if (layer instanceof ActivationLayer activation) {
      return Optional.ofNullable(activation.getActivationFn());
    }
    return Optional.empty();
  }

  /** Returns the built layer, with its wrappers, if it has one. */
  public Optional<org.deeplearning4j.nn.api.Layer> built() {
    Trainable trainable = trainable();
    return trainable instanceof org.deeplearning4j.nn.api.Layer layer
        ? Optional.of(layer)
        : Optional.ofNullable(trainable instanceof GraphVertex vertex ? vertex.getLayer() : null);
  }

  /** Returns the wrapper that runs its layer in both directions, if it has one. */
  public Optional<Bidirectional> bidirectional() {
    for (Layer layer = configuration.orElse(null); layer != null; layer = inside(layer)) {
      if (layer instanceof Bidirectional both) {
        return Optional.of(both);
      }
    }
    return Optional.empty();
  }

  /** Tells whether it drops or disturbs its input in training. */
  public boolean dropsItsInput() {
    return !frozen && inner().map(Layer::getIDropout).isPresent();
  }

  private static Layer unwrap(Layer layer) {
    Layer inner = inside(layer);
    return inner == null ? layer : unwrap(inner);
  }

  private static @Nullable Layer inside(Layer layer) {
    if (layer instanceof FrozenLayer wrapper) {
      return wrapper.getLayer();
    }
    if (layer instanceof BaseWrapperLayer outer) {
      return outer.getUnderlying();
    }
    return layer instanceof Bidirectional both ? both.getFwd() : null;
  }
}
