package io.github.dl4jstability.listeners.internal.curvature.copy;

import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.samediff.AbstractSameDiffLayer;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.graph.vertex.impl.ReshapeVertex;
import org.deeplearning4j.nn.graph.vertex.impl.StackVertex;
import org.deeplearning4j.nn.graph.vertex.impl.UnstackVertex;

/**
 * Whether a layer or vertex mixes the examples of a minibatch, as batch normalization does: then a
 * minibatch cannot be cut without another loss. Layers and vertices that are not Deeplearning4j's
 * own may do anything.
 */
final class Mixing {
  private static final String OWN = "org.deeplearning4j.nn.";

  private Mixing() {}

  static boolean of(ProbedLayer part) {
    Object trainable = part.trainable();
    return part.configuration().map(Mixing::of).orElse(false)
        || trainable instanceof StackVertex
        || trainable instanceof UnstackVertex
        || trainable instanceof ReshapeVertex
        || !trainable.getClass().getName().startsWith(OWN);
  }

  private static boolean of(Layer layer) {
    return layer instanceof BatchNormalization
        || layer instanceof AbstractSameDiffLayer
        || (layer instanceof BaseWrapperLayer wrapper && of(wrapper.getUnderlying()))
        || !layer.getClass().getName().startsWith(OWN);
  }
}
