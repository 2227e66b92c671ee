package io.github.dl4jstability.initializers;

import org.deeplearning4j.nn.weights.IWeightInit;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Every parameter gets the same value.
 *
 * <p>For biases, slopes and gains. As weights of a hidden layer a constant makes all units of the
 * layer identical, and training keeps them so.
 *
 * @param value the value, finite
 */
public record Constant(double value) implements IWeightInit {

  /** Rejects a value that is not finite. */
  @JsonCreator
  public Constant(@JsonProperty("value") double value) {
    this.value = Require.finite("value", value);
  }

  @Override
  public INDArray init(double fanIn, double fanOut, long[] shape, char order, INDArray paramView) {
    INDArray shaped = ParameterView.shaped(paramView, shape, order);
    shaped.assign(value);
    return shaped;
  }
}
