package io.github.dl4jstability.initializers;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A convolution kernel that passes its input channels through, once per group.
 *
 * <p>Formula: the outputs are cut into {@code groups} equal runs; output d of each run passes input
 * d through the center of the kernel with weight 1, as far as there are inputs. With one group this
 * is {@link Identity} for kernels. The center of an even kernel is (k − 1)/2, rounded down.
 *
 * <p>Shapes: kernels with three to five dimensions whose outputs the groups divide, otherwise an
 * {@link IllegalArgumentException}. Not random.
 *
 * @param groups the number of runs, at least 1
 * @see <a href="https://arxiv.org/abs/1706.00388">Zagoruyko and Komodakis 2017, DiracNets</a>
 */
public record Dirac(int groups) implements StructuredInit {

  /** Rejects a number of groups below 1. */
  @JsonCreator
  public Dirac(@JsonProperty("groups") int groups) {
    if (groups < 1) {
      throw new IllegalArgumentException("groups must be at least 1, was " + groups);
    }
    this.groups = groups;
  }

  /** Uses one group. */
  public Dirac() {
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
    if (out % groups != 0) {
      throw new IllegalArgumentException(
          "groups must divide the outputs, was " + groups + " groups and " + out + " outputs");
    }
    INDArray center = CenterTap.of(map);
    long perGroup = out / groups;
    for (int group = 0; group < groups; group++) {
      for (long d = 0; d < Math.min(perGroup, map.size(1)); d++) {
        center.putScalar(group * perGroup + d, d, 1);
      }
    }
  }
}
