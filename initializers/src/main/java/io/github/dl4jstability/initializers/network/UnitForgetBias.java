package io.github.dl4jstability.initializers.network;

import static org.nd4j.linalg.indexing.NDArrayIndex.all;
import static org.nd4j.linalg.indexing.NDArrayIndex.interval;

import org.deeplearning4j.nn.weights.IWeightInit;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Zeros, and ones for the forget gate: the second quarter of an LSTM's bias. */
record UnitForgetBias() implements IWeightInit {

  @Override
  public INDArray init(double fanIn, double fanOut, long[] shape, char order, INDArray paramView) {
    paramView.assign(0);
    long units = paramView.length() / 4;
    paramView.reshape(1, paramView.length()).get(all(), interval(units, 2 * units)).assign(1);
    return paramView.reshape(order, shape);
  }
}
