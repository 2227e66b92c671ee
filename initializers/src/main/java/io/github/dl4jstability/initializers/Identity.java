package io.github.dl4jstability.initializers;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Weights that pass their input through: output i is {@code gain} times input i.
 *
 * <p>Formula: W[i, i] = gain, everything else 0; a matrix that is not square passes the first
 * min(in, out) inputs, a kernel passes them through its center. The center of an even kernel is (k
 * − 1)/2, rounded down, where Deeplearning4j's {@code Same} mode aligns it. As the recurrent kernel
 * of a SimpleRnn with ReLU this is the IRNN of Le, Jaitly and Hinton; an LSTM gets it per gate.
 *
 * <p>Shapes: at least two dimensions, otherwise an {@link IllegalArgumentException}. Not random.
 *
 * @param gain the weight of the pass-through, finite
 * @see <a href="https://arxiv.org/abs/1504.00941">Le, Jaitly and Hinton 2015, A simple way to
 *     initialize recurrent networks of rectified linear units</a>
 */
public record Identity(double gain) implements StructuredInit {

  /** Rejects a gain that is not finite. */
  @JsonCreator
  public Identity(@JsonProperty("gain") double gain) {
    this.gain = Require.finite("gain", gain);
  }

  /** Uses gain 1. */
  public Identity() {
    this(1);
  }

  @Override
  public void fill(INDArray map, KernelLayout layout) {
    INDArray center = CenterTap.of(map);
    for (long i = 0; i < Math.min(map.size(0), map.size(1)); i++) {
      center.putScalar(i, i, gain);
    }
  }
}
