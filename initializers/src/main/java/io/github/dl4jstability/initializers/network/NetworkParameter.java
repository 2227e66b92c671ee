package io.github.dl4jstability.initializers.network;

import io.github.dl4jstability.initializers.Fans;
import io.github.dl4jstability.initializers.KernelLayout;
import java.util.Optional;
import java.util.OptionalInt;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One parameter array of a built network, with what the layer's configuration says about it.
 *
 * @param layerName the name of the layer or vertex
 * @param layer the layer's configuration without wrappers such as Bidirectional or LastTimeStep;
 *     empty for a vertex with parameters, such as the attention vertex
 * @param name the parameter's name in the layer, for example {@code "W"}, {@code "RW"}, {@code
 *     "fW"} in a Bidirectional
 * @param role what it does
 * @param layout what its axes mean; empty for biases and other parameters that are not kernels
 * @param fans its true fans; for a bias, those of the layer's input kernel
 * @param activation the activation behind the weights: the layer's own or, if that is the identity,
 *     the one of an activation layer that follows with at most normalization and dropout between
 * @param readsFeatures whether the layer reads the network's features themselves, not what an
 *     earlier layer of weights made of them
 * @param truncation the number of time steps through which truncated backpropagation carries
 *     gradients; empty if they go through whole sequences
 * @param array the live array, a view into the network's parameters
 */
public record NetworkParameter(
    String layerName,
    Optional<Layer> layer,
    String name,
    ParameterRole role,
    Optional<KernelLayout> layout,
    Fans fans,
    IActivation activation,
    boolean readsFeatures,
    OptionalInt truncation,
    INDArray array) {

  /**
   * Returns whether this is the bias of an LSTM kind, whose second quarter is the forget gate's.
   *
   * @return whether there is a forget gate in it
   */
  public boolean isGatedBias() {
    return role == ParameterRole.BIAS && layer.filter(Unwrapped::isGated).isPresent();
  }

  /**
   * Returns the name by which {@code paramTable()} of a network lists it, with the layer's name.
   *
   * @return for example {@code "layer0/W"}
   */
  public String path() {
    return layerName + "/" + name;
  }
}
