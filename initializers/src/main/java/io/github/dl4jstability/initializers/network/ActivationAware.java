package io.github.dl4jstability.initializers.network;

import io.github.dl4jstability.initializers.ChronoBias;
import io.github.dl4jstability.initializers.DeltaOrthogonal;
import io.github.dl4jstability.initializers.EdgeOfChaos;
import io.github.dl4jstability.initializers.Gain;
import io.github.dl4jstability.initializers.HeNormal;
import io.github.dl4jstability.initializers.Identity;
import io.github.dl4jstability.initializers.KernelLayout;
import io.github.dl4jstability.initializers.LeCunNormal;
import io.github.dl4jstability.initializers.Orthogonal;
import io.github.dl4jstability.initializers.RandomNormal;
import io.github.dl4jstability.initializers.XavierNormal;
import io.github.dl4jstability.initializers.XavierUniform;
import java.util.OptionalInt;
import java.util.function.Function;
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
 *   <li>identity: {@link XavierNormal}; the depthwise half of a separable convolution, which no
 *       activation follows: {@link LeCunNormal};
 *   <li>output layers: {@link LeCunNormal}, which does not widen when the classes are few, so that
 *       the loss starts near chance;
 *   <li>attention: {@link XavierUniform} on each projection;
 *   <li>LSTM kinds: {@link XavierNormal} per gate, and {@link ChronoBias} for the gates' biases
 *       where the length of dependencies is known;
 *   <li>recurrent kernels: {@link Orthogonal}; {@link Identity} in a SimpleRnn with ReLU;
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
   * Returns the recommended rules. An LSTM in a network with truncated backpropagation through time
   * gets {@link ChronoBias} for the truncation length, beyond which no gradient goes. Otherwise the
   * configuration does not tell how far back its inputs matter, and the biases stay; {@link
   * #rules(int)} tells it.
   *
   * @return the rules
   */
  public static RuleSet rules() {
    return rules(NetworkParameter::truncation);
  }

  /**
   * Returns the recommended rules for sequences in which an input can matter a given number of time
   * steps later: with {@link ChronoBias} for that length in LSTM kinds, and with input kernels of
   * rectified simple recurrent layers scaled down for as many summands.
   *
   * <p>A {@code forgetGateBiasInit} other than Deeplearning4j's default of 1 is the user's own
   * decision, and the biases of that layer stay.
   *
   * @param longestDependency the number of time steps, at least 2; the sequences' length if unknown
   * @return the rules
   * @throws IllegalArgumentException if it is below 2
   */
  public static RuleSet rules(int longestDependency) {
    OptionalInt dependency = OptionalInt.of(new ChronoBias(longestDependency).longestDependency());
    return rules(parameter -> dependency);
  }

  private static RuleSet rules(Function<NetworkParameter, OptionalInt> dependency) {
    return RuleSet.of(
            RecurrentStart.gateBiases(dependency),
            RecurrentStart.rectified(dependency),
            Rule.weights(new Orthogonal()).on(ParameterRole.RECURRENT_WEIGHT),
            Rule.weights(new XavierNormal())
                .on(p -> p.layer().filter(Unwrapped::isGated).isPresent()),
            Rule.weights(new XavierUniform()).on(ActivationAware::isAttention),
            Rule.weights(ActivationAware::byActivation).on(ParameterRole.WEIGHT),
            Rule.any(p -> new RandomNormal(0, 1)).on(ParameterRole.EMBEDDING))
        .asDefaults();
  }

  /**
   * Returns rules for deep plain networks (dense and convolution layers, no normalization, no
   * residual connections): orthogonal kernels at the {@linkplain EdgeOfChaos edge of chaos} for
   * pre-activations of variance 0.05, and the biases that belong to it, for every layer whose
   * activation has a stable edge there: tanh kinds, softsign, ELU, SELU, ReLU kinds and most
   * others. Sigmoid, softplus, GELU, Swish and Mish have none; such layers and all that are not
   * dense or convolution layers follow the recommended rules, and the table says where that is so.
   *
   * <ul>
   *   <li>dense: {@link Orthogonal}, scaled to entries of variance σw²/fanIn where it is not
   *       square;
   *   <li>convolution with stride 1 and at least as many outputs as inputs: {@link DeltaOrthogonal}
   *       likewise; others, and the one that reads the features: {@link Orthogonal} over the
   *       flattened kernel;
   *   <li>the layer that reads the features, of variance 1, aims at the variance 0.05 at once.
   * </ul>
   *
   * @return the rules
   * @see <a href="https://arxiv.org/abs/1711.04735">Pennington, Schoenholz and Ganguli 2017,
   *     Resurrecting the sigmoid in deep learning through dynamical isometry</a>
   * @see <a href="https://arxiv.org/abs/1806.05393">Xiao et al. 2018, Dynamical isometry and a mean
   *     field theory of CNNs</a>
   */
  public static RuleSet edgeOfChaos() {
    DeepPlain plain = new DeepPlain();
    return rules()
        .except(
            Rule.weights(ActivationAware::byActivation)
                .on(ParameterRole.WEIGHT)
                .on(plain::contains)
                .on(p -> !plain.hasEdge(p))
                .because("no stable edge of chaos at variance 0.05"),
            Rule.weights(plain::weights).on(ParameterRole.WEIGHT).on(plain::contains),
            Rule.any(plain::biases).on(ParameterRole.BIAS).on(plain::contains).on(plain::hasEdge))
        .asDefaults();
  }

  private static boolean isAttention(NetworkParameter parameter) {
    return parameter.name().matches("W[qkvo]");
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

  /** Of a separable convolution: no activation before its other half. */
  static boolean isDepthwiseHalf(NetworkParameter parameter) {
    return parameter.layout().filter(KernelLayout.SEPARABLE_DEPTHWISE::equals).isPresent();
  }

  private static IWeightInit byActivation(NetworkParameter parameter) {
    IActivation activation = parameter.activation();
    if (isOutput(parameter) || isDepthwiseHalf(parameter)) {
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
