package io.github.dl4jstability.listeners.internal.curvature.objective;

import io.github.dl4jstability.listeners.curvature.Block;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** An objective whose evaluations are counted, each at the share of the examples that it covers. */
public final class MeteredObjective implements Objective {
  private final Objective objective;
  private final WorkMeter meter;
  private final double share;

  public MeteredObjective(Objective objective, WorkMeter meter, double share) {
    this.objective = objective;
    this.meter = meter;
    this.share = share;
  }

  @Override
  public long dimension() {
    return objective.dimension();
  }

  @Override
  public double loss(INDArray point) {
    meter.charge(share * WorkMeter.LOSS);
    return objective.loss(point);
  }

  @Override
  public INDArray gradient(INDArray point) {
    meter.charge(share * WorkMeter.GRADIENT);
    return objective.gradient(point);
  }

  @Override
  public INDArray curvedGradient(INDArray point) {
    meter.charge(share * WorkMeter.GRADIENT);
    return objective.curvedGradient(point);
  }

  @Override
  public boolean smooth() {
    return objective.smooth();
  }

  @Override
  public void restrict(INDArray direction) {
    objective.restrict(direction);
  }

  @Override
  public long freedom() {
    return objective.freedom();
  }

  @Override
  public List<Block> blocks() {
    return objective.blocks();
  }

  @Override
  public INDArray workingPoint() {
    return objective.workingPoint();
  }
}
