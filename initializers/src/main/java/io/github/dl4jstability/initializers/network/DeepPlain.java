package io.github.dl4jstability.initializers.network;

import io.github.dl4jstability.initializers.DeltaOrthogonal;
import io.github.dl4jstability.initializers.EdgeOfChaos;
import io.github.dl4jstability.initializers.KernelLayout;
import io.github.dl4jstability.initializers.Orthogonal;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LocallyConnected1D;
import org.deeplearning4j.nn.conf.layers.LocallyConnected2D;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Orthogonal kernels and biases at the {@linkplain EdgeOfChaos edge of chaos}, for hidden dense and
 * convolution layers.
 *
 * <p>At the edge the mean squared singular value of the Jacobian of a whole network is 1. With
 * Gaussian kernels the singular values still spread with depth; with orthogonal ones their squares
 * keep within a standard deviation of √(L·(E[f′⁴]/E[f′²]² − 1)) over L layers, which is √8·q·√L for
 * tanh at a small variance q of pre-activations (Pennington, Schoenholz and Ganguli 2017). q = 0.05
 * makes that 1 at 50 layers.
 *
 * <p>Where an activation has no edge at 0.05 (sigmoid, softplus), or one from which variances move
 * away (GELU, Swish, Mish, cube: slopes of 1.05, 1.02, 1.02 and 1.67 per layer), there is nothing
 * to gain: their next stable edge is far from linear, so that singular values spread, and sigmoids
 * saturate there.
 *
 * <p>An orthonormal matrix [r, c] has entries of variance 1/max(r, c); the mean-field equations ask
 * for σw²/fanIn. Its gain is therefore σw·√(max(r, c)/fanIn), which is σw for a square matrix.
 *
 * @see <a href="https://arxiv.org/abs/1711.04735">Pennington, Schoenholz and Ganguli 2017,
 *     Resurrecting the sigmoid in deep learning through dynamical isometry</a>
 * @see <a href="https://arxiv.org/abs/1806.05393">Xiao et al. 2018, Dynamical isometry and a mean
 *     field theory of CNNs</a> for delta-orthogonal kernels
 */
final class DeepPlain {

  /** The variance of pre-activations. */
  private static final double VARIANCE = 0.05;

  /** That of ReLU is 1, and a deviation by 0.1 % per layer is one by a tenth after 100 layers. */
  private static final double LARGEST_SLOPE = 1.001;

  private final Map<IActivation, Optional<EdgeOfChaos>> edges = new ConcurrentHashMap<>();

  /** Whether it belongs to a dense or convolution layer with an activation. */
  boolean contains(NetworkParameter parameter) {
    return parameter.layer().filter(DeepPlain::isPlain).isPresent()
        && !(parameter.activation() instanceof ActivationIdentity);
  }

  /** Whether its activation has a stable edge of chaos. */
  boolean hasEdge(NetworkParameter parameter) {
    return edge(parameter).isPresent();
  }

  private static boolean isPlain(Layer layer) {
    return layer instanceof DenseLayer
        || layer instanceof ConvolutionLayer
        || layer instanceof LocallyConnected1D
        || layer instanceof LocallyConnected2D;
  }

  /** Found once per activation: three expectations take some milliseconds. */
  private Optional<EdgeOfChaos> edge(NetworkParameter parameter) {
    return edges.computeIfAbsent(parameter.activation(), DeepPlain::find);
  }

  private static Optional<EdgeOfChaos> find(IActivation activation) {
    try {
      EdgeOfChaos edge = EdgeOfChaos.at(activation, VARIANCE);
      double slope = EdgeOfChaos.varianceSlope(activation, edge.weightSigma(), VARIANCE);
      return slope < LARGEST_SLOPE ? Optional.of(edge) : Optional.empty();
    } catch (IllegalArgumentException e) { // a sigmoid, for example
      return Optional.empty();
    }
  }

  IWeightInit biases(NetworkParameter parameter) {
    return edge(parameter).orElseThrow().biases();
  }

  IWeightInit weights(NetworkParameter parameter) {
    double sigma = sigma(parameter);
    if (passesEachPosition(parameter)) {
      double outputsPerInput = parameter.array().size(0) / (double) parameter.array().size(1);
      return new DeltaOrthogonal(sigma * Math.sqrt(outputsPerInput));
    }
    return Orthogonal.ofVariance(
        sigma * sigma / parameter.fans().in(),
        parameter.layout().orElse(KernelLayout.DENSE),
        parameter.array());
  }

  private double sigma(NetworkParameter parameter) {
    if (ActivationAware.isDepthwiseHalf(parameter)) {
      return 1;
    }
    EdgeOfChaos edge = edge(parameter).orElseThrow();
    double bias = edge.biasSigma();
    return parameter.readsFeatures() // of variance 1
        ? Math.sqrt(edge.variance() - bias * bias)
        : edge.weightSigma();
  }

  /**
   * Where a delta kernel makes sense: it would mix no neighbours of the features, which have few
   * channels, skip what is between the strides, and cannot be orthogonal with fewer outputs.
   */
  private static boolean passesEachPosition(NetworkParameter parameter) {
    INDArray array = parameter.array();
    return parameter.layout().filter(KernelLayout.CONVOLUTION::equals).isPresent()
        && !parameter.readsFeatures()
        && array.size(1) <= array.size(0)
        && parameter.layer().filter(DeepPlain::looksEverywhere).isPresent();
  }

  /** Whether a convolution looks at each position. */
  private static boolean looksEverywhere(Layer layer) {
    return layer instanceof ConvolutionLayer convolution
        && Arrays.stream(convolution.getStride()).allMatch(stride -> stride == 1);
  }
}
