package io.github.dl4jstability.initializers.network;

import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.BaseActivationFunction;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Stands in for a layer's activation in a copy of a network and shows an observer what passes.
 *
 * <p>The arrays may live in a workspace: an observer reduces them at once. It may change them in
 * place, and the network goes on with the changed values.
 */
final class ActivationTap extends BaseActivationFunction {

  private static final long serialVersionUID = 1L;

  /** Sees what passes through one layer's activation. */
  interface Observer {

    /** The weighted input, before the activation. */
    default void preActivation(INDArray z) {}

    /** The activation's result. */
    default void activation(INDArray a) {}

    /** The gradient of the loss by the weighted input. */
    default void gradient(INDArray delta) {}
  }

  private final transient IActivation tapped;
  private final transient Observer observer;

  ActivationTap(IActivation tapped, Observer observer) {
    this.tapped = tapped;
    this.observer = observer;
  }

  @Override
  public INDArray getActivation(INDArray in, boolean training) {
    observer.preActivation(in);
    INDArray activation = tapped.getActivation(in, training);
    observer.activation(activation);
    return activation;
  }

  @Override
  public Pair<INDArray, INDArray> backprop(INDArray in, INDArray epsilon) {
    Pair<INDArray, INDArray> result = tapped.backprop(in, epsilon);
    observer.gradient(result.getFirst());
    return result;
  }
}
