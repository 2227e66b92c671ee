package io.github.dl4jstability.initializers;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A convolution kernel that is orthogonal at its center and 0 elsewhere, so that the convolution
 * (not only its flattened kernel) keeps the length of what passes through it.
 *
 * <p>Formula: W[·, ·, center] = gain·Q with QᵀQ = I, Haar-distributed; all other taps are 0. The
 * center of an even kernel is (k − 1)/2, rounded down, which is where Deeplearning4j's {@code Same}
 * mode aligns it. Convolutional networks of ten thousand layers have been trained from this start.
 *
 * <p>Shapes: kernels with three to five dimensions and at least as many outputs as inputs,
 * otherwise an {@link IllegalArgumentException}.
 *
 * @param gain the factor of all weights, positive
 * @see <a href="https://arxiv.org/abs/1806.05393">Xiao et al. 2018, Dynamical isometry and a mean
 *     field theory of CNNs</a>
 */
public record DeltaOrthogonal(double gain) implements StructuredInit {

  /** Rejects a gain that is not positive and finite. */
  @JsonCreator
  public DeltaOrthogonal(@JsonProperty("gain") double gain) {
    this.gain = Require.positive("gain", gain);
  }

  /** Uses gain 1. */
  public DeltaOrthogonal() {
    this(1);
  }

  @Override
  public void fill(INDArray map, KernelLayout layout) {
    if (map.rank() < 3) {
      throw new IllegalArgumentException(
          "shape must be that of a convolution kernel with 3 to 5 dimensions, was layout "
              + layout);
    }
    long out = map.size(0);
    long in = map.size(1);
    if (in > out) {
      throw new IllegalArgumentException(
          "inputs must not be more than outputs, was " + in + " inputs and " + out + " outputs");
    }
    CenterTap.of(map).assign(HaarMatrix.draw(out, in).muli(gain));
  }
}
