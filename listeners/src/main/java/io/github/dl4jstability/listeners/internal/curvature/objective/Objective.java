package io.github.dl4jstability.listeners.internal.curvature.objective;

import io.github.dl4jstability.listeners.curvature.Block;
import io.github.dl4jstability.listeners.internal.curvature.spectrum.Vectors;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A function of many parameters with a gradient: what is being minimized.
 *
 * <p>Points, gradients and directions are row vectors of shape [1, dimension] and type double. An
 * objective must be deterministic: the same point gives the same loss and gradient, bit for bit.
 * Implementations need not be thread-safe.
 */
public interface Objective {

  /** Returns the number of parameters. */
  long dimension();

  /**
   * Evaluates the function.
   *
   * @param point where; is not changed
   * @return the loss; may be NaN or infinite
   */
  double loss(INDArray point);

  /**
   * Evaluates the gradient of {@link #loss}.
   *
   * @param point where; is not changed
   * @return the gradient; the array may be reused by the next call, so copy it to keep it
   */
  INDArray gradient(INDArray point);

  /**
   * Evaluates the gradient without terms whose second derivative is zero wherever it exists, such
   * as an L1 penalty: a difference of gradients would take their jumps for curvature.
   *
   * @param point where; is not changed
   * @return the gradient of the curved part; may be reused by the next call
   */
  default INDArray curvedGradient(INDArray point) {
    return gradient(point);
  }

  /**
   * Returns whether the gradient is continuously differentiable. Kinks, as of ReLU, ask for a
   * smaller difference step.
   */
  default boolean smooth() {
    return true;
  }

  /**
   * Sets those coordinates of a direction to zero that training does not move: frozen layers,
   * running statistics.
   *
   * @param direction is changed in place
   */
  default void restrict(INDArray direction) {}

  /** Returns the number of coordinates that {@link #restrict} leaves. */
  default long freedom() {
    return dimension();
  }

  /** Returns the groups of parameters that have a scale of their own, such as layers. */
  default List<Block> blocks() {
    return List.of(new Block("parameters", 0, dimension()));
  }

  /**
   * Returns an array in which a caller may prepare the point of the next evaluation. An objective
   * that keeps the parameters in an array of its own gives that one, which saves a copy.
   */
  default INDArray workingPoint() {
    return Vectors.zeros(dimension());
  }
}
