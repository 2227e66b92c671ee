package io.github.dl4jstability.initializers.network;

import org.deeplearning4j.nn.conf.layers.AbstractLSTM;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.GravesBidirectionalLSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LocallyConnected1D;
import org.deeplearning4j.nn.conf.layers.LocallyConnected2D;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;

/**
 * A layer's configuration without its wrappers.
 *
 * @param layer what is inside
 * @param isFrozen whether a wrapper freezes it
 * @param isBidirectional whether its parameter names start with f or b for the direction
 */
record Unwrapped(Layer layer, boolean isFrozen, boolean isBidirectional) {

  static Unwrapped of(Layer configuration) {
    Layer layer = configuration;
    boolean isFrozen = false;
    boolean isBidirectional = false;
    while (true) {
      if (layer instanceof FrozenLayer frozen) {
        isFrozen = true;
        layer = frozen.getLayer();
      } else if (layer instanceof BaseWrapperLayer wrapper) {
        isFrozen |= layer instanceof FrozenLayerWithBackprop;
        layer = wrapper.getUnderlying();
      } else if (layer instanceof Bidirectional bidirectional) {
        isBidirectional = true;
        layer = bidirectional.getFwd();
      } else {
        return new Unwrapped(layer, isFrozen, isBidirectional);
      }
    }
  }

  static boolean isGated(Layer layer) {
    return layer instanceof AbstractLSTM || layer instanceof GravesBidirectionalLSTM;
  }

  String nameInside(String name) {
    return isBidirectional ? name.substring(1) : name;
  }

  IActivation activation() {
    if (layer instanceof BatchNormalization) {
      return new ActivationIdentity(); // it has the setting and ignores it
    }
    if (layer instanceof ActivationLayer activationLayer) {
      return activationLayer.getActivationFn();
    }
    if (layer instanceof BaseLayer base && base.getActivationFn() != null) {
      return base.getActivationFn();
    }
    if (layer instanceof LocallyConnected1D local) {
      return local.getActivation().getActivationFunction();
    }
    if (layer instanceof LocallyConnected2D local) {
      return local.getActivation().getActivationFunction();
    }
    return new ActivationIdentity();
  }
}
