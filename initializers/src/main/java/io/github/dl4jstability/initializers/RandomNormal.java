package io.github.dl4jstability.initializers;

import org.deeplearning4j.nn.weights.IWeightInit;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Independent values from N(mean, standardDeviation²), whatever the fans are.
 *
 * <p>Shapes: any. Randomness as in {@link VarianceScaling}. A standard deviation that does not
 * follow the fan-in lets signals fade or grow with depth; for hidden layers prefer {@link HeNormal}
 * or {@link XavierNormal}.
 *
 * @param mean the mean, finite
 * @param standardDeviation the standard deviation, positive
 */
public record RandomNormal(double mean, double standardDeviation) implements IWeightInit {

  /** Rejects values that are not finite and a standard deviation that is not positive. */
  @JsonCreator
  public RandomNormal(
      @JsonProperty("mean") double mean,
      @JsonProperty("standardDeviation") double standardDeviation) {
    this.mean = Require.finite("mean", mean);
    this.standardDeviation = Require.positive("standardDeviation", standardDeviation);
  }

  @Override
  public INDArray init(double fanIn, double fanOut, long[] shape, char order, INDArray paramView) {
    return ParameterView.fill(paramView, shape, order, new NormalSampler(mean, standardDeviation));
  }
}
