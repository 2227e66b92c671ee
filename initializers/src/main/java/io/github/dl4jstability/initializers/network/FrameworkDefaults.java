package io.github.dl4jstability.initializers.network;

import io.github.dl4jstability.initializers.Constant;
import io.github.dl4jstability.initializers.Fans;
import io.github.dl4jstability.initializers.KernelLayout;
import io.github.dl4jstability.initializers.Orthogonal;
import io.github.dl4jstability.initializers.RandomNormal;
import io.github.dl4jstability.initializers.RandomUniform;
import io.github.dl4jstability.initializers.TruncatedNormal;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.Deconvolution3D;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.weights.IWeightInit;

/**
 * What other frameworks do by default, so that a network moved from there starts from the same
 * distribution.
 *
 * <p>They follow the framework, not theory: each counts fans its own way, for instance without
 * strides. Slopes of PReLU and batch normalization are left alone.
 */
public final class FrameworkDefaults {

  /** The standard deviation of N(0, 1) cut at ±2, as in JAX. */
  private static final double WITHIN_TWO_SIGMA = 0.8796256610342398;

  private FrameworkDefaults() {}

  /**
   * Keras 3 and TensorFlow 2: Glorot uniform kernels, orthogonal recurrent kernels (one matrix over
   * all gates), zero biases with forget gates at 1, embeddings from U(−0.05, 0.05).
   *
   * @return the rules
   */
  public static RuleSet tensorflow() {
    return RuleSet.of(
            Rule.weights(FrameworkDefaults::kerasRecurrent).on(ParameterRole.RECURRENT_WEIGHT),
            Rule.weights(p -> glorotUniform(kerasFans(p))).on(ParameterRole.WEIGHT),
            Rule.any(p -> new RandomUniform(-0.05, 0.05)).on(ParameterRole.EMBEDDING),
            Rule.biases(new UnitForgetBias())
                .includingForgetGate()
                .on(NetworkParameter::isGatedBias),
            Rule.biases(new Constant(0)))
        .asDefaults();
  }

  /**
   * PyTorch 2: kernels and biases from U(±1/√fanIn), everything in a recurrent layer from
   * U(±1/√units) with the forget gate treated like the others, embeddings from N(0, 1), Xavier
   * uniform projections into attention. (PyTorch's LSTM adds two such biases; here there is one.)
   *
   * @return the rules
   */
  public static RuleSet pytorch() {
    return RuleSet.of(
            Rule.any(FrameworkDefaults::pytorchRecurrent)
                .includingForgetGate()
                .on(FrameworkDefaults::isRecurrent),
            Rule.weights(FrameworkDefaults::pytorchProjection)
                .on(p -> p.layout().filter(l -> l == KernelLayout.PROJECTION).isPresent()),
            Rule.weights(p -> plusMinusRoot(pytorchFanIn(p))).on(ParameterRole.WEIGHT),
            Rule.any(p -> new RandomNormal(0, 1)).on(ParameterRole.EMBEDDING),
            Rule.any(p -> plusMinusRoot(pytorchBiasFanIn(p))).on(ParameterRole.BIAS))
        .asDefaults();
  }

  /**
   * Flax (linen): LeCun normal kernels, truncated at two standard deviations; orthogonal recurrent
   * kernels per gate; zero biases, the forget gate's too; embeddings from N(0, 1/features).
   *
   * @return the rules
   */
  public static RuleSet flax() {
    return RuleSet.of(
            Rule.weights(new Orthogonal()).on(ParameterRole.RECURRENT_WEIGHT),
            Rule.weights(p -> truncatedLeCun(flaxFanIn(p))).on(ParameterRole.WEIGHT),
            Rule.any(p -> new RandomNormal(0, 1 / Math.sqrt(p.fans().out())))
                .on(ParameterRole.EMBEDDING),
            Rule.biases(new Constant(0)).includingForgetGate())
        .asDefaults();
  }

  /** √(6/(fanIn + fanOut)) as the limit, with the framework's own fans. */
  private static IWeightInit glorotUniform(Fans fans) {
    double limit = Math.sqrt(6 / (fans.in() + fans.out()));
    return new RandomUniform(-limit, limit);
  }

  private static IWeightInit kerasRecurrent(NetworkParameter parameter) {
    return isGated(parameter) ? new OrthogonalOverGates() : new Orthogonal();
  }

  /** Keras: the last two axes are in and out, the axes before them multiply both. */
  private static Fans kerasFans(NetworkParameter parameter) {
    long[] shape = parameter.array().shape();
    return switch (parameter.layout().orElse(KernelLayout.DENSE)) {
      case GATED -> new Fans(shape[0], shape[1]);
      case DEPTHWISE -> {
        double taps = (double) shape[0] * shape[1];
        yield new Fans(taps * shape[2], taps * shape[3]);
      }
      case SEPARABLE_DEPTHWISE -> {
        double taps = (double) shape[2] * shape[3];
        yield new Fans(taps * shape[1], taps * shape[0]);
      }
      // kernels [in, heads, size] of query, key and value
      case PROJECTION -> {
        double in = shape[2];
        yield new Fans(in * shape[0], in * shape[1]);
      }
      case DECONVOLUTION, DECONVOLUTION_3D -> {
        Fans fans = parameter.layout().orElseThrow().fans(shape, 1);
        yield new Fans(fans.out(), fans.in());
      }
      default -> parameter.layout().map(l -> l.fans(shape, 1)).orElse(parameter.fans());
    };
  }

  private static boolean isRecurrent(NetworkParameter parameter) {
    boolean isRecurrentLayer =
        isGated(parameter) || parameter.layer().filter(SimpleRnn.class::isInstance).isPresent();
    return isRecurrentLayer && parameter.role() != ParameterRole.OTHER;
  }

  private static boolean isGated(NetworkParameter parameter) {
    return parameter.layer().filter(Unwrapped::isGated).isPresent();
  }

  private static IWeightInit pytorchRecurrent(NetworkParameter parameter) {
    return plusMinusRoot(parameter.fans().out()); // the units, for kernels and bias
  }

  /** One Xavier over the stacked projections of query, key and value. */
  private static IWeightInit pytorchProjection(NetworkParameter parameter) {
    Fans fans = parameter.fans();
    return glorotUniform(new Fans(fans.in(), 3 * fans.out()));
  }

  /** PyTorch: axis 1 of its [out, in, k…] kernels, and of its [in, out, k…] transposed ones. */
  private static double pytorchFanIn(NetworkParameter parameter) {
    KernelLayout layout = parameter.layout().orElse(KernelLayout.DENSE);
    Fans fans = layout.fans(parameter.array().shape(), 1);
    boolean isTransposed =
        layout == KernelLayout.DECONVOLUTION || layout == KernelLayout.DECONVOLUTION_3D;
    return isTransposed ? fans.out() : fans.in();
  }

  /** The layer's fan-in; a transposed convolution's bias takes the kernel's odd one, too. */
  private static double pytorchBiasFanIn(NetworkParameter parameter) {
    boolean isTransposed =
        parameter
            .layer()
            .filter(layer -> layer instanceof Deconvolution2D || layer instanceof Deconvolution3D)
            .isPresent();
    return isTransposed ? parameter.fans().out() : parameter.fans().in();
  }

  private static double flaxFanIn(NetworkParameter parameter) {
    return parameter
        .layout()
        .map(layout -> layout.fans(parameter.array().shape(), 1).in())
        .orElse(parameter.fans().in());
  }

  private static IWeightInit plusMinusRoot(double fan) {
    double limit = fan > 0 ? 1 / Math.sqrt(fan) : 0;
    return limit == 0 ? new Constant(0) : new RandomUniform(-limit, limit);
  }

  private static IWeightInit truncatedLeCun(double fanIn) {
    return new TruncatedNormal(0, 1 / Math.sqrt(fanIn) / WITHIN_TWO_SIGMA);
  }
}
