package io.github.dl4jstability.initializers;

import org.deeplearning4j.nn.weights.IWeightInit;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Independent values from N(mean, standardDeviation²) restricted to [lower, upper].
 *
 * <p>Exact for any interval, also one far out in a tail: values are drawn by rejection (Robert
 * 1995), not by an approximate inverse, and never clipped to a bound. Mean and standard deviation
 * are those of the normal before the cut; the standard deviation after it is smaller (0.8796 times
 * for ±2σ). Bounds are absolute values, not multiples of the standard deviation. Infinite bounds
 * are allowed.
 *
 * <p>Shapes: any. Randomness as in {@link VarianceScaling}.
 *
 * @param mean the mean of the normal, finite
 * @param standardDeviation the standard deviation of the normal, positive
 * @param lower the lower bound, not NaN
 * @param upper the upper bound, above {@code lower}
 * @see <a href="https://doi.org/10.1007/BF00143942">Robert 1995, Simulation of truncated normal
 *     variables</a>
 */
public record TruncatedNormal(double mean, double standardDeviation, double lower, double upper)
    implements IWeightInit {

  /** Rejects a standard deviation that is not positive and bounds that are not ordered. */
  @JsonCreator
  public TruncatedNormal(
      @JsonProperty("mean") double mean,
      @JsonProperty("standardDeviation") double standardDeviation,
      @JsonProperty("lower") double lower,
      @JsonProperty("upper") double upper) {
    this.mean = Require.finite("mean", mean);
    this.standardDeviation = Require.positive("standardDeviation", standardDeviation);
    this.lower = lower;
    this.upper = upper;
    Require.ordered(lower, upper);
  }

  /**
   * Cuts at two standard deviations on both sides.
   *
   * @param mean the mean
   * @param standardDeviation the standard deviation before the cut
   */
  public TruncatedNormal(double mean, double standardDeviation) {
    this(mean, standardDeviation, mean - 2 * standardDeviation, mean + 2 * standardDeviation);
  }

  @Override
  public INDArray init(double fanIn, double fanOut, long[] shape, char order, INDArray paramView) {
    return ParameterView.fill(
        paramView, shape, order, new TruncatedNormalSampler(mean, standardDeviation, lower, upper));
  }
}
