package io.github.dl4jstability.listeners.internal.curvature.landscape;

import io.github.dl4jstability.listeners.curvature.BallTest;
import io.github.dl4jstability.listeners.curvature.Block;
import io.github.dl4jstability.listeners.curvature.LossProfile;
import io.github.dl4jstability.listeners.internal.curvature.objective.Objective;
import io.github.dl4jstability.listeners.internal.curvature.objective.WorkMeter;
import io.github.dl4jstability.listeners.internal.curvature.spectrum.Vectors;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The loss around a point: along lines and in a ball. */
public final class Surroundings {
  /** The smallest step of a line search, relative to the largest. */
  private static final double SMALLEST = 1e-6;

  private final Objective objective;
  private final INDArray point;
  private final WorkMeter meter;

  public Surroundings(Objective objective, INDArray point, WorkMeter meter) {
    this.objective = objective;
    this.point = point;
    this.meter = meter;
  }

  public double lossAt(double step, INDArray direction) {
    INDArray working = objective.workingPoint();
    working.assign(point);
    Vectors.addTo(working, step, direction);
    return objective.loss(working);
  }

  public LossProfile along(INDArray direction, double largestStep, double lossAtStart) {
    return new LineSearch(step -> lossAt(step, direction), () -> meter.allows(WorkMeter.LOSS))
        .between(SMALLEST * largestStep, largestStep, lossAtStart);
  }

  public LossProfile along(DescentPath path, double lossAtStart) {
    return new LineSearch(time -> lossAt(path, time), () -> meter.allows(WorkMeter.LOSS))
        .between(path.start(), path.end(), lossAtStart);
  }

  private double lossAt(DescentPath path, double time) {
    INDArray step = path.at(time);
    double loss = lossAt(1, step);
    Vectors.free(step);
    return loss;
  }

  public BallTest ball(double lossAtCentre, SplittableRandom random) {
    List<BallTest.Change> changes = new ArrayList<>();
    INDArray direction = Vectors.zeros(point.length());
    for (Block block : objective.blocks()) {
      if (!meter.allows(2 * WorkMeter.LOSS)) {
        break;
      }
      long end = block.offset() + block.length();
      INDArray own = Vectors.slice(direction, block.offset(), end);
      INDArray noise = Vectors.gaussian(block.length(), random);
      own.assign(noise);
      Vectors.free(noise);
      objective.restrict(direction);
      double size =
          Math.max(1, Vectors.slice(point, block.offset(), end).norm2Number().doubleValue());
      double step = BallTest.RADIUS * size / Vectors.norm(direction);
      double change =
          Math.max(
              Math.abs(lossAt(step, direction) - lossAtCentre),
              Math.abs(lossAt(-step, direction) - lossAtCentre));
      changes.add(new BallTest.Change(block.name(), block.length(), change));
      own.assign(0);
    }
    Vectors.free(direction);
    return new BallTest(lossAtCentre, changes);
  }
}
