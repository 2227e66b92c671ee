package io.github.dl4jstability.listeners.internal.curvature.landscape;

import io.github.dl4jstability.listeners.internal.curvature.objective.Objective;
import io.github.dl4jstability.listeners.internal.curvature.objective.WorkMeter;
import io.github.dl4jstability.listeners.internal.curvature.spectrum.SymmetricOperator;
import io.github.dl4jstability.listeners.internal.curvature.spectrum.Vectors;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.BooleanIndexing;
import org.nd4j.linalg.indexing.conditions.Conditions;

/**
 * The Hessian at a point by central differences of gradients: Hv ≈ (g(w + hv) − g(w − hv)) / 2h.
 *
 * <p>Step: the point w ± hv is rounded by ε‖w‖ and the gradient by about ε, which the division by h
 * makes an error of ε(1 + ‖w‖)/h relative to the curvature; the neglected third derivative
 * contributes h². Their sum is least near h‖v‖ = ∛(ε(1 + ‖w‖)), with an error below 1e-9.
 *
 * <p>With kinks, a gradient that jumps between w − hv and w + hv adds its jump divided by 2h. The
 * chance to meet a kink is proportional to h, so the step is smaller there: h‖v‖ = √(ε(1 + ‖w‖)),
 * where the rounding error is as large as h itself, about 1e-7. No step is larger than 1e-3.
 *
 * <p>A unit whose inputs and bias are all exactly zero, as behind a dead layer, sits on its kink,
 * where there is no Hessian. Deeplearning4j's gradient there is the one of the inactive side, so
 * with kinks parameters that are exactly zero are taken as −2h, from where no step crosses it.
 */
public final class FiniteDifferenceHessian implements SymmetricOperator {
  private static final double EPSILON = Math.ulp(1.0);
  private static final double LARGEST_STEP = 1e-3;

  private final Objective objective;
  private final INDArray point;
  private final INDArray working;
  private final WorkMeter meter;
  private final boolean smooth;
  private final double step;

  public FiniteDifferenceHessian(Objective objective, INDArray point, WorkMeter meter) {
    this.objective = objective;
    this.point = point;
    this.working = objective.workingPoint();
    this.meter = meter;
    double rounding = EPSILON * (1 + Vectors.norm(point));
    this.smooth = objective.smooth();
    this.step = Math.min(LARGEST_STEP, smooth ? Math.cbrt(rounding) : Math.sqrt(rounding));
  }

  @Override
  public long dimension() {
    return objective.dimension();
  }

  @Override
  public long rank() {
    return objective.freedom();
  }

  @Override
  public void restrict(INDArray vector) {
    objective.restrict(vector);
  }

  @Override
  public boolean affordable(int products) {
    return meter.allows(products * 2 * WorkMeter.GRADIENT);
  }

  /** The coordinates of {@code vector} that training does not move must be zero. */
  @Override
  public void multiply(INDArray vector, INDArray product) {
    double length = Vectors.norm(vector);
    if (length == 0) {
      product.assign(0);
      return;
    }
    double h = step / length;
    product.assign(gradientAt(h, vector));
    product.subi(gradientAt(-h, vector));
    product.divi(2 * h);
  }

  private INDArray gradientAt(double h, INDArray vector) {
    working.assign(point);
    if (!smooth) {
      BooleanIndexing.replaceWhere(working, -2 * step, Conditions.equals(0));
    }
    Vectors.addTo(working, h, vector);
    return objective.curvedGradient(working);
  }
}
