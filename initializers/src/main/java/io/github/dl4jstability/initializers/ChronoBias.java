package io.github.dl4jstability.initializers;

import org.deeplearning4j.nn.weights.IWeightInit;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Gate biases of an LSTM that remembers over up to T time steps from the start.
 *
 * <p>Formula: forget gate b = ln(u) with u ~ U[1, T − 1], input gate −b, everything else 0. A cell
 * whose forget gate is σ(b) keeps a share σ(b) at each step, so it forgets within 1/(1 − σ(b)) = 1
 * + u steps: the memories of the cells last from 2 to T steps, each as likely as any other. The
 * opposite bias of the input gate lets in the share 1 − σ(b), so that a cell averages over its
 * memory instead of summing it up. (With the usual forget bias of 1 all of them last 3.7 steps.)
 *
 * <p>Shape: the bias of an LSTM, GravesLSTM or of one direction of a GravesBidirectionalLSTM, whose
 * quarters in Deeplearning4j are block input, forget gate, output gate, input gate; a length that 4
 * does not divide is an {@link IllegalArgumentException}. In a rule set, {@code Rule.any(p -> new
 * ChronoBias(100)).includingForgetGate()} is needed to write the forget gate's part.
 *
 * @param longestDependency T, in time steps, at least 2: how far back an input can matter
 * @see <a href="https://arxiv.org/abs/1804.11188">Tallec and Ollivier 2018, Can recurrent neural
 *     networks warp time?</a>
 */
public record ChronoBias(int longestDependency) implements IWeightInit {

  /** Rejects fewer than two time steps. */
  @JsonCreator
  public ChronoBias(@JsonProperty("longestDependency") int longestDependency) {
    if (longestDependency < 2) {
      throw new IllegalArgumentException(
          "longestDependency must be at least 2 time steps, was " + longestDependency);
    }
    this.longestDependency = longestDependency;
  }

  @Override
  public INDArray init(double fanIn, double fanOut, long[] shape, char order, INDArray paramView) {
    INDArray shaped = ParameterView.shaped(paramView, shape, order);
    if (paramView.length() % KernelLayout.GATES != 0) {
      throw new IllegalArgumentException(
          "the bias must hold one value per gate and unit, was of length " + paramView.length());
    }
    long units = paramView.length() / KernelLayout.GATES;
    RandomStream random = RandomStream.fromNd4j();
    shaped.assign(0);
    for (long unit = 0; unit < units; unit++) {
      double forget = Math.log(1 + (longestDependency - 2) * random.nextDouble());
      paramView.putScalar(units + unit, forget);
      paramView.putScalar(3 * units + unit, 0 - forget); // not -0
    }
    return shaped;
  }
}
