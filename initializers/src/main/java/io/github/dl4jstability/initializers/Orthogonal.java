package io.github.dl4jstability.initializers;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Weights whose rows or columns are orthogonal, each of length {@code gain}: lengths of signals
 * pass unchanged through a linear layer, however deep the network is.
 *
 * <p>Formula: W = gain·Q, where Q is uniformly (Haar) distributed among the matrices with
 * orthonormal rows, or with orthonormal columns if there are more rows than columns. A kernel [out,
 * in, k…] is flattened to [out, in·k]; a deconvolution, its adjoint, to [in, out·k]. Layers that
 * hold several separate matrices get one each: each gate of an LSTM, each channel of a depthwise
 * convolution, each position of a locally connected layer. Peephole weights get 0.
 *
 * <p>Computed in double precision whatever the type of the parameters, so that max |QQᵀ − gain²I|
 * is about 1e-15 in double and 1e-8 in single precision.
 *
 * <p>Shapes: at least two dimensions, otherwise an {@link IllegalArgumentException}; see {@link
 * StructuredInit} for what is guessed. Cost: O(n³), 1024×1024 in well under two seconds.
 *
 * @param gain the factor of all weights, positive; {@link Gain#of} for an activation behind them
 * @see <a href="https://arxiv.org/abs/1312.6120">Saxe, McClelland and Ganguli 2014, Exact solutions
 *     to the nonlinear dynamics of learning in deep linear neural networks</a>
 */
public record Orthogonal(double gain) implements StructuredInit {

  /** Rejects a gain that is not positive and finite. */
  @JsonCreator
  public Orthogonal(@JsonProperty("gain") double gain) {
    this.gain = Require.positive("gain", gain);
  }

  /** Uses gain 1. */
  public Orthogonal() {
    this(1);
  }

  /**
   * Makes orthogonal weights for one kernel, scaled so that an entry has a given variance: an
   * orthonormal matrix [r, c] has entries of variance 1/max(r, c), so the gain is √(variance·max(r,
   * c)).
   *
   * @param variance the variance of an entry, positive; σ²/fanIn passes a spread on σ-fold
   * @param layout what the axes of the kernel mean
   * @param kernel an array of the kernel's shape, not read
   * @return the scheme for kernels of this shape
   */
  public static Orthogonal ofVariance(double variance, KernelLayout layout, INDArray kernel) {
    INDArray map = layout.maps(kernel).get(0);
    long rows = map.size(layout.isTransposed() ? 1 : 0);
    double longer = Math.max(rows, map.length() / rows);
    return new Orthogonal(Math.sqrt(Require.positive("variance", variance) * longer));
  }

  @Override
  public void fill(INDArray map, KernelLayout layout) {
    INDArray target = map;
    if (layout.isTransposed()) {
      int[] axes = new int[map.rank()];
      Arrays.setAll(axes, axis -> axis < 2 ? 1 - axis : axis);
      target = map.permute(axes);
    }
    long rows = target.size(0);
    INDArray q = HaarMatrix.draw(rows, target.length() / rows).muli(gain);
    target.assign(q.dup('c').reshape('c', target.shape()));
  }
}
