package io.github.dl4jstability.initializers.network;

import io.github.dl4jstability.initializers.EdgeOfChaos;
import io.github.dl4jstability.initializers.Gain;
import io.github.dl4jstability.initializers.HeNormal;
import io.github.dl4jstability.initializers.LeCunNormal;
import io.github.dl4jstability.initializers.Orthogonal;
import io.github.dl4jstability.initializers.RandomNormal;
import io.github.dl4jstability.initializers.XavierNormal;
import io.github.dl4jstability.initializers.XavierUniform;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationHardTanH;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationRationalTanh;
import org.nd4j.linalg.activations.impl.ActivationSELU;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftSign;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.activations.impl.ActivationTanH;

/**
 * The rules we recommend: each kernel by the activation behind it.
 *
 * <ul>
 *   <li>ReLU kinds, ELU, GELU, Swish, Mish and every other: {@link HeNormal} with the gain of that
 *       activation;
 *   <li>SELU: {@link LeCunNormal}, which its self-normalization assumes;
 *   <li>tanh kinds and softsign: {@link XavierNormal} with the gain of that activation;
 *   <li>sigmoid and identity: {@link XavierNormal};
 *   <li>output layers: {@link LeCunNormal}, which does not widen when the classes are few, so that
 *       the loss starts near chance;
 *   <li>attention: {@link XavierUniform} on each projection;
 *   <li>LSTM kinds: {@link XavierNormal} per gate; every recurrent kernel: {@link Orthogonal};
 *   <li>embeddings and learned queries: N(0, 1), so that what they give out has unit variance;
 *   <li>everything else, biases too, keeps what the configuration says.
 * </ul>
 *
 * <p>No variance of weights alone keeps very deep plain networks of Swish, GELU or Mish stable:
 * over 30 layers without normalization or shortcuts these rules let the spread grow about 100-fold
 * for Swish, 10-fold for GELU, 3-fold for Mish (mean-field values). {@link #edgeOfChaos()} does
 * not.
 */
public final class ActivationAware {

  private ActivationAware() {}

  /**
   * Returns the recommended rules.
   *
   * @return the rules
   */
  public static RuleSet rules() {
    return RuleSet.of(
        Rule.weights(new Orthogonal()).on(ParameterRole.RECURRENT_WEIGHT),
        Rule.weights(new XavierNormal()).on(p -> p.layer().filter(Unwrapped::isGated).isPresent()),
        Rule.weights(new XavierUniform()).on(ActivationAware::isAttention),
        Rule.weights(ActivationAware::byActivation).on(ParameterRole.WEIGHT),
        Rule.any(p -> new RandomNormal(0, 1)).on(ParameterRole.EMBEDDING));
  }

  /**
   * Returns rules that put plain deep networks (dense and convolution layers, no normalization, no
   * residual connections) at the edge of chaos: {@link EdgeOfChaos} weights and biases for every
   * hidden layer with a non-linear activation, and the recommended rules for the rest.
   *
   * @return the rules
   */
  public static RuleSet edgeOfChaos() {
    return rules()
        .except(
            Rule.weights(p -> EdgeOfChaos.of(p.activation()))
                .on(ParameterRole.WEIGHT)
                .on(ActivationAware::isHidden),
            Rule.any(p -> EdgeOfChaos.of(p.activation()).biases())
                .on(ParameterRole.BIAS)
                .on(ActivationAware::isHidden));
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

  private static boolean isOutput(NetworkParameter parameter) {
    return parameter.layer().filter(BaseOutputLayer.class::isInstance).isPresent();
  }

  private static IWeightInit byActivation(NetworkParameter parameter) {
    IActivation activation = parameter.activation();
    if (isOutput(parameter)) {
      return new LeCunNormal();
    }
    if (activation instanceof ActivationIdentity
        || activation instanceof ActivationSoftmax
        || activation instanceof ActivationSigmoid) {
      return new XavierNormal();
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
