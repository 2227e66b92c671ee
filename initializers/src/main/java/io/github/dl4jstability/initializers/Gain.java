package io.github.dl4jstability.initializers;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationSELU;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationTanH;

/**
 * The factor by which weights must be wider because an activation follows them.
 *
 * <p>Three definitions are in use, and they differ:
 *
 * <ul>
 *   <li>{@linkplain #of(IActivation) He-style}, 1/√E[f(z)²] with z ~ N(0, 1): a layer whose inputs
 *       are f(z) and whose weights have std gain/√fanIn gives pre-activations of variance 1. This
 *       is the one that the initializers of this package use.
 *   <li>{@linkplain #varianceStyle(IActivation) variance-style}, 1/√Var[f(z)]: the same for inputs
 *       whose mean has been taken out, as by a normalization layer.
 *   <li>{@linkplain #pytorch(IActivation) PyTorch's table}, a convention: 5/3 for tanh, 1 for
 *       sigmoid, 3/4 for SELU.
 * </ul>
 *
 * <p>The first two are computed by quadrature for any activation, also the user's own, provided it
 * acts element by element. Softmax counts as the identity, a randomized leaky ReLU has its mean
 * slope, a PReLU the root mean square of its slopes. Computing one takes about a millisecond.
 *
 * @see <a href="https://doi.org/10.1109/ICCV.2015.123">He et al. 2015, Delving deep into
 *     rectifiers</a>
 */
public final class Gain {

  private Gain() {}

  /**
   * Returns the He-style gain of one of Deeplearning4j's activations.
   *
   * @param activation the activation, with its default parameters
   * @return 1/√E[f(z)²], z ~ N(0, 1)
   */
  public static double of(Activation activation) {
    return of(requireNonNull(activation, "activation").getActivationFunction());
  }

  /**
   * Returns the He-style gain of any activation.
   *
   * @param activation the activation
   * @return 1/√E[f(z)²], z ~ N(0, 1)
   * @throws IllegalArgumentException if that moment is 0 or not finite
   */
  public static double of(IActivation activation) {
    ScalarActivation f = new ScalarActivation(activation);
    return fromMoment("second moment", secondMoment(f, 1), f);
  }

  /**
   * Returns the variance-style gain of one of Deeplearning4j's activations.
   *
   * @param activation the activation, with its default parameters
   * @return 1/√Var[f(z)], z ~ N(0, 1)
   */
  public static double varianceStyle(Activation activation) {
    return varianceStyle(requireNonNull(activation, "activation").getActivationFunction());
  }

  /**
   * Returns the variance-style gain of any activation.
   *
   * @param activation the activation
   * @return 1/√Var[f(z)], z ~ N(0, 1)
   * @throws IllegalArgumentException if the variance is 0 or not finite
   */
  public static double varianceStyle(IActivation activation) {
    ScalarActivation f = new ScalarActivation(activation);
    double mean = GaussianExpectation.of(f::values);
    double variance =
        GaussianExpectation.of(z -> each(f.values(z), value -> (value - mean) * (value - mean)));
    return fromMoment("variance", variance, f);
  }

  /**
   * Returns PyTorch's conventional gain of one of Deeplearning4j's activations.
   *
   * @param activation the activation, with its default parameters
   * @return the gain in the table of {@code torch.nn.init.calculate_gain}
   */
  public static double pytorch(Activation activation) {
    return pytorch(requireNonNull(activation, "activation").getActivationFunction());
  }

  /**
   * Returns PyTorch's conventional gain: 1 for identity and sigmoid, 5/3 for tanh, √2 for ReLU,
   * √(2/(1 + slope²)) for leaky ReLU, 3/4 for SELU.
   *
   * @param activation the activation
   * @return the gain in the table of {@code torch.nn.init.calculate_gain}
   * @throws IllegalArgumentException for any other activation, for which PyTorch has no gain
   */
  public static double pytorch(IActivation activation) {
    requireNonNull(activation, "activation");
    if (activation instanceof ActivationIdentity || activation instanceof ActivationSigmoid) {
      return 1;
    }
    if (activation instanceof ActivationTanH) {
      return 5.0 / 3;
    }
    if (activation instanceof ActivationReLU) {
      return Math.sqrt(2);
    }
    if (activation instanceof ActivationLReLU leaky) {
      double slope = leaky.getAlpha();
      return Math.sqrt(2 / (1 + slope * slope));
    }
    if (activation instanceof ActivationSELU) {
      return 0.75;
    }
    throw new IllegalArgumentException(
        "activation must be one of identity, sigmoid, tanh, relu, leakyrelu, selu, for which"
            + " PyTorch has a gain, was "
            + activation);
  }

  /** E[f(√q·z)²]. */
  static double secondMoment(ScalarActivation f, double q) {
    double spread = Math.sqrt(q);
    return GaussianExpectation.of(
        z -> each(f.values(each(z, x -> spread * x)), value -> value * value));
  }

  /** E[f′(√q·z)²]. */
  static double secondMomentOfDerivative(ScalarActivation f, double q) {
    double spread = Math.sqrt(q);
    return GaussianExpectation.of(
        z -> each(f.derivatives(each(z, x -> spread * x)), slope -> slope * slope));
  }

  /** The derivative of E[f(√q·z)²] by q: E[z·f(√q·z)·f′(√q·z)]/√q. */
  static double slopeOfSecondMoment(ScalarActivation f, double q) {
    double spread = Math.sqrt(q);
    return GaussianExpectation.of(
            z -> {
              double[] points = each(z, x -> spread * x);
              double[] values = f.values(points);
              double[] slopes = f.derivatives(points);
              Arrays.setAll(values, i -> z[i] * values[i] * slopes[i]);
              return values;
            })
        / spread;
  }

  private static double fromMoment(String name, double moment, ScalarActivation activation) {
    if (!(moment > 0 && Double.isFinite(moment))) {
      throw new IllegalArgumentException(
          "the "
              + name
              + " of activation "
              + activation
              + " must be positive and finite, was "
              + moment);
    }
    return 1 / Math.sqrt(moment);
  }

  private static double[] each(double[] values, DoubleUnaryOperator function) {
    double[] mapped = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      mapped[i] = function.applyAsDouble(values[i]);
    }
    return mapped;
  }
}
