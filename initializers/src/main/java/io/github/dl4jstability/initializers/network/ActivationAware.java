package io.github.dl4jstability.initializers.network;

import io.github.dl4jstability.initializers.Distribution;
import io.github.dl4jstability.initializers.EdgeOfChaos;
import io.github.dl4jstability.initializers.FanMode;
import io.github.dl4jstability.initializers.Gain;
import io.github.dl4jstability.initializers.HeNormal;
import io.github.dl4jstability.initializers.LeCunNormal;
import io.github.dl4jstability.initializers.Orthogonal;
import io.github.dl4jstability.initializers.RandomNormal;
import io.github.dl4jstability.initializers.VarianceScaling;
import io.github.dl4jstability.initializers.XavierNormal;
import io.github.dl4jstability.initializers.XavierUniform;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationGELU;
import org.nd4j.linalg.activations.impl.ActivationHardTanH;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationMish;
import org.nd4j.linalg.activations.impl.ActivationRationalTanh;
import org.nd4j.linalg.activations.impl.ActivationSELU;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftSign;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.activations.impl.ActivationSwish;
import org.nd4j.linalg.activations.impl.ActivationTanH;

/**
 * The rules we recommend: each kernel by the activation behind it.
 *
 * <ul>
 *   <li>ReLU kinds, ELU and every other: {@link HeNormal} with the gain of that activation;
 *   <li>GELU, Swish and Mish: {@link XavierNormal} with gain √2, and 1 on the features;
 *   <li>SELU: {@link LeCunNormal}, which its self-normalization assumes;
 *   <li>tanh kinds and softsign: {@link XavierNormal} with the gain of that activation;
 *   <li>sigmoid: {@link XavierNormal} with gain 4 (Bengio 2012), and 1 on the features;
 *   <li>identity: {@link XavierNormal};
 *   <li>output layers: {@link LeCunNormal}, which does not widen when the classes are few, so that
 *       the loss starts near chance;
 *   <li>attention: {@link XavierUniform} on each projection;
 *   <li>LSTM kinds: {@link XavierNormal} per gate; every recurrent kernel: {@link Orthogonal};
 *   <li>embeddings and learned queries: N(0, 1), so that what they give out has unit variance;
 *   <li>everything else, biases too, keeps what the configuration says.
 * </ul>
 *
 * <p>Standardize the features.
 *
 * <p>Why not the gain of the very activation for GELU, Swish and Mish: Deeplearning4j's derivatives
 * are NaN in single precision for arguments above 26.0, 44.3 and 22.1, and with their own gains
 * (1.53, 1.68, 1.49) a spread above 1 grows from layer to layer, in the end by a factor of gain/√2.
 * All three are f(x) = x·s(x) with s(x)² + s(−x)² ≤ 1, so that E[f(√q·z)²] ≤ q/2 for every q: with
 * gain √2 the expected variance of the weighted inputs does not grow through layers of one width,
 * however many there are, and at most by √(first width/last width) through others. It is then a
 * non-negative supermartingale: the probability that it ever exceeds K times the first layer's is
 * at most 1/K (Ville's inequality), and much less because smaller spreads decay. Plain networks of
 * these three deeper than about ten layers still let signals fade: use {@link #edgeOfChaos()},
 * normalization or shortcuts there. Plain sigmoid networks deeper than about ten layers let
 * gradients vanish, or, at the edge of chaos, saturate: use another activation.
 *
 * @see <a href="https://arxiv.org/abs/1206.5533">Bengio 2012, Practical recommendations for
 *     gradient-based training of deep architectures</a> for the sigmoid
 */
public final class ActivationAware {

  /** The inverse of the sigmoid's slope at 0. */
  private static final double SIGMOID_GAIN = 4;

  /** The largest gain at which the spread behind GELU, Swish and Mish cannot grow with depth. */
  private static final double LARGEST_STABLE_GAIN = Math.sqrt(2);

  private ActivationAware() {}

  /**
   * Returns the recommended rules.
   *
   * @return the rules
   */
  public static RuleSet rules() {
    return RuleSet.of(
            Rule.weights(new Orthogonal()).on(ParameterRole.RECURRENT_WEIGHT),
            Rule.weights(new XavierNormal())
                .on(p -> p.layer().filter(Unwrapped::isGated).isPresent()),
            Rule.weights(new XavierUniform()).on(ActivationAware::isAttention),
            Rule.weights(ActivationAware::byActivation).on(ParameterRole.WEIGHT),
            Rule.any(p -> new RandomNormal(0, 1)).on(ParameterRole.EMBEDDING))
        .asDefaults();
  }

  /**
   * Returns rules that put plain deep networks (dense and convolution layers, no normalization, no
   * residual connections) at the edge of chaos: {@link EdgeOfChaos} weights and biases for every
   * hidden layer with a non-linear activation, and the recommended rules for the rest. A layer
   * whose activation has no edge of chaos, such as softplus, is initialized by the recommended
   * rules, and the table says so.
   *
   * @return the rules
   */
  public static RuleSet edgeOfChaos() {
    return rules()
        .except(
            Rule.weights(ActivationAware::byActivation)
                .on(ParameterRole.WEIGHT)
                .on(ActivationAware::isHidden)
                .on(p -> !hasEdge(p))
                .because("the activation has no edge of chaos"),
            Rule.weights(ActivationAware::critical)
                .on(ParameterRole.WEIGHT)
                .on(ActivationAware::isHidden),
            Rule.any(p -> EdgeOfChaos.of(p.activation()).biases())
                .on(ParameterRole.BIAS)
                .on(ActivationAware::isHidden)
                .on(ActivationAware::hasEdge))
        .asDefaults();
  }

  private static boolean hasEdge(NetworkParameter parameter) {
    try {
      EdgeOfChaos.of(parameter.activation());
      return true;
    } catch (IllegalArgumentException none) {
      return false;
    }
  }

  /** On features of variance 1, the first layer aims at the fixed point at once. */
  private static IWeightInit critical(NetworkParameter parameter) {
    EdgeOfChaos edge = EdgeOfChaos.of(parameter.activation());
    double fromFeatures = edge.variance() - edge.biasSigma() * edge.biasSigma();
    return parameter.readsFeatures()
        ? new VarianceScaling(fromFeatures, FanMode.FAN_IN, Distribution.NORMAL)
        : edge;
  }

  private static boolean isAttention(NetworkParameter parameter) {
    return parameter.name().matches("W[qkvo]");
  }

  private static boolean isHidden(NetworkParameter parameter) {
    return !isOutput(parameter)
        && !isAttention(parameter)
        && parameter.layer().filter(Unwrapped::isGated).isEmpty()
        && !(parameter.activation() instanceof ActivationIdentity);
  }

  /** Their own gain holds for a spread of 1 only: more grows from layer to layer, less fades. */
  private static boolean hasUnstableSpread(IActivation activation) {
    return activation instanceof ActivationGELU
        || activation instanceof ActivationSwish
        || activation instanceof ActivationMish;
  }

  private static boolean isOutput(NetworkParameter parameter) {
    return parameter.layer().filter(BaseOutputLayer.class::isInstance).isPresent();
  }

  private static IWeightInit byActivation(NetworkParameter parameter) {
    IActivation activation = parameter.activation();
    if (isOutput(parameter)) {
      return new LeCunNormal();
    }
    if (activation instanceof ActivationIdentity || activation instanceof ActivationSoftmax) {
      return new XavierNormal();
    }
    if (activation instanceof ActivationSigmoid) {
      return new XavierNormal(parameter.readsFeatures() ? 1 : SIGMOID_GAIN);
    }
    if (hasUnstableSpread(activation)) {
      return new XavierNormal(parameter.readsFeatures() ? 1 : LARGEST_STABLE_GAIN);
    }
    if (activation instanceof ActivationSELU) {
      return new LeCunNormal();
    }
    if (activation instanceof ActivationTanH
        || activation instanceof ActivationHardTanH
        || activation instanceof ActivationRationalTanh
        || activation instanceof ActivationSoftSign) {
      return new XavierNormal(Gain.of(activation));
    }
    return new HeNormal(Gain.of(activation));
  }
}
