package io.github.dl4jstability.initializers;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A matrix in which every unit has the same exact number of incoming weights, the others being 0.
 *
 * <p>Formula: of the n weights into a unit (a column of Deeplearning4j's [in, out] matrix), exactly
 * ⌈sparsity·n⌉, chosen at random, are 0; the others are from N(0, standardDeviation²). An LSTM gets
 * it per gate.
 *
 * <p>Shapes: matrices only, otherwise an {@link IllegalArgumentException}.
 *
 * @param sparsity the share of zeros, from 0 to 1
 * @param standardDeviation of the weights that are not 0, positive
 * @see <a href="https://www.cs.toronto.edu/~jmartens/docs/Deep_HessianFree.pdf">Martens 2010, Deep
 *     learning via Hessian-free optimization</a>
 */
public record Sparse(double sparsity, double standardDeviation) implements StructuredInit {

  /** Rejects a share outside [0, 1] and a standard deviation that is not positive. */
  @JsonCreator
  public Sparse(
      @JsonProperty("sparsity") double sparsity,
      @JsonProperty("standardDeviation") double standardDeviation) {
    if (!(sparsity >= 0 && sparsity <= 1)) {
      throw new IllegalArgumentException("sparsity must be from 0 to 1, was " + sparsity);
    }
    this.sparsity = sparsity;
    this.standardDeviation = Require.positive("standardDeviation", standardDeviation);
  }

  @Override
  public void fill(INDArray map, KernelLayout layout) {
    if (map.rank() != 2) {
      throw new IllegalArgumentException("shape must have 2 dimensions, was layout " + layout);
    }
    RandomStream random = RandomStream.fromNd4j();
    int in = Math.toIntExact(map.size(1));
    int kept = in - (int) Math.ceil(sparsity * in);
    int[] inputs = new int[in];
    Arrays.setAll(inputs, input -> input);
    for (long unit = 0; unit < map.size(0); unit++) {
      for (int i = 0; i < kept; i++) {
        int j = i + random.nextIndex(in - i);
        int chosen = inputs[j];
        inputs[j] = inputs[i];
        inputs[i] = chosen;
        map.putScalar(unit, chosen, standardDeviation * random.nextGaussian());
      }
    }
  }
}
