package io.github.dl4jstability.initializers;

import static java.util.Objects.requireNonNull;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Zero-mean weights with variance scale / fan.
 *
 * <p>Formula: Var(w) = scale / n, where n is the fan-in, the fan-out, or a mean of both, as {@link
 * FanMode} says. The {@link Distribution} decides the shape only: every one of them has exactly
 * this variance (the truncated normal is corrected for its cut, the uniform's limit is
 * √(3·scale/n)). All named schemes of this package that depend on fans are presets of this one.
 *
 * <p>Shapes: any. The fans are those that the caller passes, except where Deeplearning4j 1.0.0-M2.1
 * is known to pass wrong ones and the shape proves it (LSTM kinds, one-dimensional and depthwise
 * convolution, deconvolution); a rule set that is applied to a built network passes true ones. A
 * fan of 0, as for the slopes of a PReLU layer, gives zeros.
 *
 * <p>Saving: given to {@code weightInit(...)}, the scheme is part of the network's configuration,
 * which then can only be loaded where this library is on the classpath.
 *
 * <p>Randomness: seeded by two draws from {@code Nd4j.getRandom()} of the calling thread. Values in
 * double precision carry 53 random bits. Stateless and thread-safe.
 *
 * @param scale the factor of the variance, positive; a gain enters as its square
 * @param mode which fan divides it
 * @param distribution the shape
 * @see <a href="https://doi.org/10.1109/ICCV.2015.123">He et al. 2015, Delving deep into
 *     rectifiers</a> for the argument, in both directions
 */
public record VarianceScaling(double scale, FanMode mode, Distribution distribution)
    implements ScaledInit {

  /** Rejects a scale that is not positive and finite, and missing parts. */
  @JsonCreator
  public VarianceScaling(
      @JsonProperty("scale") double scale,
      @JsonProperty("mode") FanMode mode,
      @JsonProperty("distribution") Distribution distribution) {
    this.scale = Require.positive("scale", scale);
    this.mode = requireNonNull(mode, "mode");
    this.distribution = requireNonNull(distribution, "distribution");
  }

  /**
   * Returns the standard deviation of the weights for given fans.
   *
   * @param fanIn inputs per unit
   * @param fanOut outputs per input
   * @return √(scale / fan), or 0 if the fan is not positive
   */
  public double standardDeviation(double fanIn, double fanOut) {
    double fan = mode.of(fanIn, fanOut);
    return fan > 0 ? Math.sqrt(scale / fan) : 0;
  }

  @Override
  public VarianceScaling scaling() {
    return this;
  }

  INDArray draw(Fans fans, long[] shape, char order, INDArray paramView) {
    double std = standardDeviation(fans.in(), fans.out());
    if (std == 0) {
      return new Constant(0).init(fans.in(), fans.out(), shape, order, paramView);
    }
    return ParameterView.fill(paramView, shape, order, distribution.withStandardDeviation(std));
  }
}
