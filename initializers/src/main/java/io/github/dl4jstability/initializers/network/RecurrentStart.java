package io.github.dl4jstability.initializers.network;

import io.github.dl4jstability.initializers.ChronoBias;
import io.github.dl4jstability.initializers.Distribution;
import io.github.dl4jstability.initializers.FanMode;
import io.github.dl4jstability.initializers.Identity;
import io.github.dl4jstability.initializers.VarianceScaling;
import java.util.OptionalInt;
import java.util.function.Function;
import org.deeplearning4j.nn.conf.layers.AbstractLSTM;
import org.deeplearning4j.nn.conf.layers.GravesBidirectionalLSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationRReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU;

/**
 * How recurrent layers begin if they are to remember.
 *
 * <p>A rectified simple recurrent layer with an orthogonal kernel loses half of its signal's
 * variance at each step, because half of what a rotation yields is negative; with the identity,
 * what is positive stays (Le, Jaitly and Hinton 2015). It then sums up all inputs, T of them to T
 * times the variance of one, so the input kernel gets variance 1/(fanIn·T).
 *
 * @see <a href="https://arxiv.org/abs/1504.00941">Le, Jaitly and Hinton 2015, A simple way to
 *     initialize recurrent networks of rectified linear units</a>
 */
final class RecurrentStart {

  /** Deeplearning4j's default, by which one cannot tell whether the user has set it. */
  private static final double DEFAULT_FORGET_BIAS = 1;

  private RecurrentStart() {}

  /** {@link ChronoBias} where the length of dependencies is known. */
  static Rule gateBiases(Function<NetworkParameter, OptionalInt> dependency) {
    return Rule.any(p -> new ChronoBias(dependency.apply(p).orElseThrow()))
        .includingForgetGate()
        .on(NetworkParameter::isGatedBias)
        .on(p -> p.layer().filter(RecurrentStart::hasDefaultForgetBias).isPresent())
        .on(p -> dependency.apply(p).orElse(0) >= 2);
  }

  private static boolean hasDefaultForgetBias(Layer layer) {
    double bias =
        layer instanceof AbstractLSTM lstm
            ? lstm.getForgetGateBiasInit()
            : ((GravesBidirectionalLSTM) layer).getForgetGateBiasInit();
    return bias == DEFAULT_FORGET_BIAS;
  }

  /** The kernels of rectified simple recurrent layers. */
  static Rule rectified(Function<NetworkParameter, OptionalInt> dependency) {
    return Rule.weights(parameter -> kernel(parameter, dependency.apply(parameter)))
        .onLayerType(SimpleRnn.class)
        .on(p -> isRectified(p.activation()))
        .on(p -> p.role() == ParameterRole.RECURRENT_WEIGHT || dependency.apply(p).isPresent());
  }

  private static IWeightInit kernel(NetworkParameter parameter, OptionalInt dependency) {
    return parameter.role() == ParameterRole.RECURRENT_WEIGHT
        ? new Identity()
        : new VarianceScaling(1.0 / dependency.orElseThrow(), FanMode.FAN_IN, Distribution.NORMAL);
  }

  private static boolean isRectified(IActivation activation) {
    return activation instanceof ActivationReLU
        || activation instanceof ActivationLReLU
        || activation instanceof ActivationRReLU;
  }
}
