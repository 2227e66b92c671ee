package io.github.dl4jstability.initializers;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Weights of zeros and ones only, without randomness, that nevertheless break symmetry: identities,
 * and Hadamard transforms where a layer widens.
 *
 * <p>Formula, for a layer with n inputs and m outputs: for m ≤ n the (partial) identity; for m &gt;
 * n the upper left m×n corner of the Hadamard matrix of order p = 2^⌈log₂ m⌉, divided by √p. A
 * kernel has this at its center and 0 elsewhere.
 *
 * <p>Shapes: at least two dimensions, otherwise an {@link IllegalArgumentException}. Meant for
 * residual networks, where the last layer of each branch is set to 0.
 *
 * @see <a href="https://arxiv.org/abs/2110.12661">Zhao, Schäfer and Anandkumar 2022, ZerO
 *     initialization</a>; the divisor is that of the authors' published code
 */
public record ZerO() implements StructuredInit {

  @Override
  public void fill(INDArray map, KernelLayout layout) {
    INDArray center = CenterTap.of(map);
    long out = map.size(0);
    long in = map.size(1);
    if (out <= in) {
      for (long i = 0; i < out; i++) {
        center.putScalar(i, i, 1);
      }
      return;
    }
    int order = 64 - Long.numberOfLeadingZeros(out - 1);
    double scale = Math.pow(2, -0.5 * order);
    for (long i = 0; i < out; i++) {
      for (long j = 0; j < in; j++) {
        boolean isNegative = Long.bitCount(i & j) % 2 == 1;
        center.putScalar(i, j, isNegative ? -scale : scale);
      }
    }
  }
}
