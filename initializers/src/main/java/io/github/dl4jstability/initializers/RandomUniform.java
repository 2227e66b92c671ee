package io.github.dl4jstability.initializers;

import org.deeplearning4j.nn.weights.IWeightInit;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Independent values from U(lower, upper), whatever the fans are.
 *
 * <p>Shapes: any. Randomness as in {@link VarianceScaling}. The standard deviation is (upper −
 * lower)/√12.
 *
 * @param lower the lower bound, finite
 * @param upper the upper bound, finite and above {@code lower}
 */
public record RandomUniform(double lower, double upper) implements IWeightInit {

  /** Rejects bounds that are not finite or not ordered. */
  @JsonCreator
  public RandomUniform(@JsonProperty("lower") double lower, @JsonProperty("upper") double upper) {
    this.lower = Require.finite("lower", lower);
    this.upper = Require.finite("upper", upper);
    Require.ordered(lower, upper);
  }

  @Override
  public INDArray init(double fanIn, double fanOut, long[] shape, char order, INDArray paramView) {
    return ParameterView.fill(paramView, shape, order, new UniformSampler(lower, upper));
  }
}
