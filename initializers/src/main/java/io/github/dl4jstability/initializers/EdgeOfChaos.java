package io.github.dl4jstability.initializers;

import static java.util.Objects.requireNonNull;

import org.deeplearning4j.nn.weights.IWeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Weights at the edge of chaos: gradients neither fade nor grow with depth.
 *
 * <p>In a wide network with w ~ N(0, σw²/fanIn) and b ~ N(0, σb²), the variance q of
 * pre-activations maps from layer to layer by q ← σw²·E[f(√q·z)²] + σb², z ~ N(0, 1), and a layer
 * multiplies the variance of gradients by χ = σw²·E[f′(√q·z)²]. This record holds a triple (σw, σb,
 * q) at which q is a fixed point and χ = 1. As an initializer it draws the weights; {@link
 * #biases()} draws the biases.
 *
 * <p>There is one such pair for every q at which q ≥ E[f²]/E[f′²]. ReLU has the single pair (√2,
 * 0), at every q. A softplus has none, which is an {@link IllegalArgumentException}. Expectations
 * are computed by quadrature for any element-wise activation, also the user's own.
 *
 * <p>Feed inputs whose variance, after the first layer, is near {@code variance}: with standardized
 * features and the default of 1 this holds.
 *
 * @param weightSigma σw, positive
 * @param biasSigma σb, at least 0
 * @param variance q, positive
 * @see <a href="https://arxiv.org/abs/1606.05340">Poole et al. 2016, Exponential expressivity in
 *     deep neural networks through transient chaos</a>
 * @see <a href="https://arxiv.org/abs/1611.01232">Schoenholz et al. 2017, Deep information
 *     propagation</a>
 */
public record EdgeOfChaos(double weightSigma, double biasSigma, double variance)
    implements ScaledInit {

  private static final double LARGEST_VARIANCE = 1000;

  /** Rejects values out of range; does not check that χ is 1. */
  @JsonCreator
  public EdgeOfChaos(
      @JsonProperty("weightSigma") double weightSigma,
      @JsonProperty("biasSigma") double biasSigma,
      @JsonProperty("variance") double variance) {
    this.weightSigma = Require.positive("weightSigma", weightSigma);
    this.biasSigma = Require.notNegative("biasSigma", biasSigma);
    this.variance = Require.positive("variance", variance);
  }

  /**
   * Finds the pair for pre-activations of variance 1, or of the smallest larger variance at which
   * the activation has an edge of chaos.
   *
   * @param activation the activation
   * @return σw, σb and the variance
   * @throws IllegalArgumentException if there is none up to variance 1000
   */
  public static EdgeOfChaos of(IActivation activation) {
    ScalarActivation f = new ScalarActivation(activation);
    double lower = 1;
    if (biasVariance(f, lower) >= 0) {
      return at(f, lower);
    }
    double upper = 2;
    while (!(biasVariance(f, upper) >= 0)) {
      lower = upper;
      upper *= 2;
      if (upper > LARGEST_VARIANCE) {
        throw new IllegalArgumentException(
            "activation must have an edge of chaos at a variance from 1 to 1000, was " + f);
      }
    }
    while (upper - lower > 1e-12 * upper) {
      double middle = 0.5 * (lower + upper);
      if (biasVariance(f, middle) < 0) {
        lower = middle;
      } else {
        upper = middle;
      }
    }
    return at(f, upper);
  }

  /**
   * Finds the pair of one of Deeplearning4j's activations, as {@link #of(IActivation)}.
   *
   * @param activation the activation, with its default parameters
   * @return σw, σb and the variance
   */
  public static EdgeOfChaos of(Activation activation) {
    return of(requireNonNull(activation, "activation").getActivationFunction());
  }

  /**
   * Finds the pair for pre-activations of a given variance.
   *
   * @param activation the activation
   * @param variance q, positive
   * @return σw and σb at that variance
   * @throws IllegalArgumentException if σb² would be negative there
   */
  public static EdgeOfChaos at(IActivation activation, double variance) {
    return at(new ScalarActivation(activation), Require.positive("variance", variance));
  }

  private static EdgeOfChaos at(ScalarActivation f, double q) {
    double biasVariance = biasVariance(f, q);
    if (!(biasVariance >= 0)) {
      throw new IllegalArgumentException(
          "variance must allow a bias variance of at least 0 for activation "
              + f
              + ", was variance "
              + q
              + " with bias variance "
              + biasVariance);
    }
    return new EdgeOfChaos(
        1 / Math.sqrt(Gain.secondMomentOfDerivative(f, q)), Math.sqrt(biasVariance), q);
  }

  /**
   * q − E[f²]/E[f′²]. A difference below 1e-7 counts as 0: Deeplearning4j's slopes are
   * single-precision numbers on the way forward and double-precision ones on the way back.
   */
  private static double biasVariance(ScalarActivation f, double q) {
    double fromWeights = Gain.secondMoment(f, q) / Gain.secondMomentOfDerivative(f, q);
    return Math.abs(q - fromWeights) < 1e-7 * q ? 0 : q - fromWeights;
  }

  /**
   * Returns the mean-field factor of the gradient's variance per layer.
   *
   * @param activation the activation
   * @param weightSigma σw
   * @param variance q, the variance of the pre-activations
   * @return χ = σw²·E[f′(√q·z)²]; below 1 gradients vanish, above 1 they explode
   */
  public static double chi(IActivation activation, double weightSigma, double variance) {
    Require.positive("weightSigma", weightSigma);
    Require.positive("variance", variance);
    return weightSigma
        * weightSigma
        * Gain.secondMomentOfDerivative(new ScalarActivation(activation), variance);
  }

  /**
   * Returns the variance of the next layer's pre-activations.
   *
   * @param activation the activation
   * @param weightSigma σw
   * @param biasSigma σb
   * @param variance q, the variance of this layer's pre-activations
   * @return σw²·E[f(√q·z)²] + σb²
   */
  public static double nextVariance(
      IActivation activation, double weightSigma, double biasSigma, double variance) {
    Require.positive("weightSigma", weightSigma);
    Require.notNegative("biasSigma", biasSigma);
    Require.notNegative("variance", variance);
    double moment = Gain.secondMoment(new ScalarActivation(activation), variance);
    return weightSigma * weightSigma * moment + biasSigma * biasSigma;
  }

  /**
   * Returns the factor by which a small deviation of the variance grows per layer: the derivative
   * of the next layer's variance by this one's.
   *
   * @param activation the activation
   * @param weightSigma σw
   * @param variance q, the variance of the pre-activations
   * @return σw²·E[z·f(√q·z)·f′(√q·z)]/√q; at a fixed point, deviations fade below 1 and grow above
   */
  public static double varianceSlope(IActivation activation, double weightSigma, double variance) {
    Require.positive("weightSigma", weightSigma);
    Require.positive("variance", variance);
    return weightSigma
        * weightSigma
        * Gain.slopeOfSecondMoment(new ScalarActivation(activation), variance);
  }

  /**
   * Returns the initializer of the biases.
   *
   * @return N(0, σb²), or zeros if σb is 0
   */
  public IWeightInit biases() {
    return biasSigma == 0 ? new Constant(0) : new RandomNormal(0, biasSigma);
  }

  @Override
  public VarianceScaling scaling() {
    return new VarianceScaling(weightSigma * weightSigma, FanMode.FAN_IN, Distribution.NORMAL);
  }
}
