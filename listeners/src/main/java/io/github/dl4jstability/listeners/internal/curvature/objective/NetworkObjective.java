package io.github.dl4jstability.listeners.internal.curvature.objective;

import io.github.dl4jstability.listeners.curvature.Block;
import io.github.dl4jstability.listeners.internal.curvature.copy.BatchCheck;
import io.github.dl4jstability.listeners.internal.curvature.copy.ModelSnapshot;
import io.github.dl4jstability.listeners.internal.curvature.copy.NetworkFit;
import io.github.dl4jstability.listeners.internal.curvature.copy.ProbeModel;
import io.github.dl4jstability.listeners.internal.curvature.spectrum.Vectors;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.solvers.BaseOptimizer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What a network is trained to minimize: the loss over the examples (mean, or sum with {@code
 * miniBatch(false)}) plus l1, l2 and weight decay, in double.
 *
 * <p>Dropout and weight noise are off; other noise is frozen. Batch normalization uses the
 * statistics of the batch, as in training, so a part of the examples has slightly other ones.
 * Sequences are backpropagated over their whole length, from a zero state, also where training
 * truncates. Gradient clipping and constraints belong to the optimizer and are left out.
 *
 * <p>Examples are evaluated piece by piece, with a moment for the {@link Pace} before each. Without
 * division by the number of examples, the loss is the mean of the sums over minibatches.
 */
public final class NetworkObjective implements SampledObjective {

  /** What all objectives over parts of the data share: use one at a time. */
  private static final class Shared {
    private final ProbeModel model;
    private final ParameterLayout layout;
    private final Regularizer regularizer;
    private final boolean smooth;
    private final boolean mixesExamples;
    private Pace pace = Pace.UNHURRIED;
    private @Nullable INDArray sum;

    Shared(ModelSnapshot snapshot) {
      model = snapshot.model();
      layout = ParameterLayout.of(model);
      regularizer = new Regularizer(layout, model.params(), model.gradients());
      smooth =
          model.parts().stream()
              .flatMap(part -> part.configuration().stream())
              .allMatch(Smoothness::of);
      mixesExamples = model.mixesExamples();
    }

    INDArray sum() {
      INDArray made = sum == null ? Vectors.zeros(model.params().length()) : sum;
      sum = made;
      return made;
    }
  }

  private final Shared shared;
  private final ProbeModel model;
  private final Examples examples;

  private NetworkObjective(Shared shared, Examples examples) {
    this.shared = shared;
    this.model = shared.model;
    this.examples = examples;
  }

  public static NetworkObjective of(ModelSnapshot snapshot, List<? extends MultiDataSet> data) {
    data.forEach(BatchCheck::require);
    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces();
        FixedRandomness fixed = FixedRandomness.hold()) {
      Shared shared = new Shared(snapshot);
      NetworkFit.check(shared.model.model(), data);
      NetworkObjective objective = new NetworkObjective(shared, Examples.copyOf(data));
      shared.regularizer.at(snapshot.iteration(), snapshot.epoch());
      objective.tryOne();
      return objective;
    }
  }

  /** What else does not fit shows with one example, and Deeplearning4j says it best. */
  private void tryOne() {
    try {
      model.loss(examples.over(0, 1).pieces().get(0).data());
    } catch (RuntimeException unsuitable) {
      throw new IllegalArgumentException(
          "data must fit the network: " + unsuitable.getMessage(), unsuitable);
    }
  }

  /** Schedules of penalties are read at the present time of that model. */
  public void at(Model original) {
    shared.regularizer.at(
        BaseOptimizer.getIterationCount(original), BaseOptimizer.getEpochCount(original));
  }

  public void pacedBy(Pace pace) {
    shared.pace = pace;
  }

  long workedNanos() {
    return shared.pace.workedNanos();
  }

  /** Whether a minibatch cannot be cut without another loss. */
  public boolean mixesExamples() {
    return shared.mixesExamples;
  }

  public int largestPiece() {
    return examples.largest();
  }

  ProbeModel model() {
    return model;
  }

  List<Examples.Piece> pieces() {
    return examples.pieces();
  }

  /** Gives the memory back; nothing can be asked after that. */
  public void close() {
    examples.close();
    if (shared.sum != null) {
      Vectors.free(shared.sum);
    }
    Vectors.free(model.gradients());
    Vectors.free(model.params());
  }

  /**
   * The same objective, evaluated in pieces of so many examples at the most: larger ones are cut
   * and smaller ones joined, unless the examples of a minibatch are mixed.
   */
  public NetworkObjective inPiecesOf(int most) {
    return shared.mixesExamples
        ? this
        : new NetworkObjective(shared, examples.cut(most).joined(most));
  }

  /** The same objective over other data. */
  public NetworkObjective over(List<? extends MultiDataSet> data) {
    NetworkFit.check(model.model(), data);
    return new NetworkObjective(shared, Examples.copyOf(data));
  }

  @Override
  public NetworkObjective over(int from, int to) {
    if (from < 0 || to <= from || to > examples.count()) {
      throw new IllegalArgumentException(
          "range must lie within 0 and " + examples.count() + ", was " + from + " to " + to);
    }
    return new NetworkObjective(shared, examples.over(from, to));
  }

  @Override
  public int examples() {
    return examples.count();
  }

  @Override
  public long dimension() {
    return model.params().length();
  }

  @Override
  public double loss(INDArray point) {
    move(point);
    double sum = 0;
    for (Examples.Piece piece : examples.pieces()) {
      shared.pace.beforePiece(WorkMeter.LOSS * piece.count());
      try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces();
          FixedRandomness fixed = FixedRandomness.hold()) {
        sum += model.loss(piece.data()) * (model.averages() ? piece.count() : 1);
      }
    }
    return sum / divisor() + shared.regularizer.penalty();
  }

  @Override
  public INDArray gradient(INDArray point) {
    return gradient(point, false);
  }

  @Override
  public INDArray curvedGradient(INDArray point) {
    return gradient(point, true);
  }

  private INDArray gradient(INDArray point, boolean onlyCurved) {
    move(point);
    INDArray gradient = model.gradients();
    boolean several = examples.pieces().size() > 1;
    INDArray sum = several ? shared.sum() : gradient;
    if (several) {
      sum.assign(0);
    }
    for (Examples.Piece piece : examples.pieces()) {
      shared.pace.beforePiece(WorkMeter.GRADIENT * piece.count());
      try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces();
          FixedRandomness fixed = FixedRandomness.hold()) {
        model.backward(piece.data());
      }
      if (several) {
        Vectors.addTo(sum, 1, gradient);
      }
    }
    if (several) {
      gradient.assign(sum);
    }
    if (divisor() != 1) {
      gradient.divi(divisor());
    }
    shared.layout.restrict(gradient);
    shared.regularizer.addGradient(onlyCurved);
    return gradient;
  }

  private int divisor() {
    return model.averages() ? examples.count() : examples.minibatches();
  }

  private void move(INDArray point) {
    if (point != model.params()) {
      model.params().assign(point);
    }
  }

  @Override
  public INDArray workingPoint() {
    return model.params();
  }

  @Override
  public boolean smooth() {
    return shared.smooth;
  }

  @Override
  public void restrict(INDArray direction) {
    shared.layout.restrict(direction);
  }

  @Override
  public long freedom() {
    return shared.layout.freedom();
  }

  @Override
  public List<Block> blocks() {
    return shared.layout.blocks();
  }
}
