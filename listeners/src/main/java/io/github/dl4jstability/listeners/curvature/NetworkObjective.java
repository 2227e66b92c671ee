package io.github.dl4jstability.listeners.curvature;

import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.solvers.BaseOptimizer;
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
 */
final class NetworkObjective implements SampledObjective {
  private final ProbeModel model;
  private final ParameterLayout layout;
  private final Regularizer regularizer;
  private final boolean smooth;
  private final Examples examples;

  private NetworkObjective(
      ProbeModel model,
      ParameterLayout layout,
      Regularizer regularizer,
      boolean smooth,
      Examples examples) {
    this.model = model;
    this.layout = layout;
    this.regularizer = regularizer;
    this.smooth = smooth;
    this.examples = examples;
  }

  static NetworkObjective of(Model original, MultiDataSet data) {
    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces();
        FixedRandomness fixed = FixedRandomness.hold()) {
      ProbeModel model = ProbeModel.copyOf(original);
      ParameterLayout layout = ParameterLayout.of(model);
      NetworkObjective objective =
          new NetworkObjective(
              model,
              layout,
              new Regularizer(layout, model.params(), model.gradients()),
              model.parts().stream()
                  .flatMap(part -> part.configuration().stream())
                  .allMatch(Smoothness::of),
              Examples.copyOf(data));
      objective.at(original);
      return objective;
    }
  }

  /** Schedules of penalties are read at the present time of that model. */
  void at(Model original) {
    regularizer.at(
        BaseOptimizer.getIterationCount(original), BaseOptimizer.getEpochCount(original));
  }

  /** The same objective over other data. */
  NetworkObjective over(MultiDataSet data) {
    return new NetworkObjective(model, layout, regularizer, smooth, Examples.copyOf(data));
  }

  @Override
  public NetworkObjective over(int from, int to) {
    if (from < 0 || to <= from || to > examples.count()) {
      throw new IllegalArgumentException(
          "range must lie within 0 and " + examples.count() + ", was " + from + " to " + to);
    }
    return new NetworkObjective(model, layout, regularizer, smooth, examples.over(from, to));
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
    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces();
        FixedRandomness fixed = FixedRandomness.hold()) {
      move(point);
      return model.loss(examples) + regularizer.penalty();
    }
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
    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces();
        FixedRandomness fixed = FixedRandomness.hold()) {
      move(point);
      model.backward(examples);
      INDArray gradient = model.gradients();
      if (model.averages()) {
        gradient.divi(examples.count());
      }
      layout.restrict(gradient);
      regularizer.addGradient(onlyCurved);
      return gradient;
    }
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
    return smooth;
  }

  @Override
  public void restrict(INDArray direction) {
    layout.restrict(direction);
  }

  @Override
  public long freedom() {
    return layout.freedom();
  }

  @Override
  public List<Block> blocks() {
    return layout.blocks();
  }
}
