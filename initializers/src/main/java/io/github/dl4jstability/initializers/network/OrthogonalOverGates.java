package io.github.dl4jstability.initializers.network;

import io.github.dl4jstability.initializers.KernelLayout;
import io.github.dl4jstability.initializers.Orthogonal;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.nd4j.linalg.api.ndarray.INDArray;

/** One orthogonal matrix over all gates together, as in Keras. */
record OrthogonalOverGates() implements IWeightInit {

  @Override
  public INDArray init(double fanIn, double fanOut, long[] shape, char order, INDArray paramView) {
    return new Orthogonal().init(KernelLayout.DENSE, shape, order, paramView);
  }
}
