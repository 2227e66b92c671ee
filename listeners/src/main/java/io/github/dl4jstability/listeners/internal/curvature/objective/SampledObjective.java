package io.github.dl4jstability.listeners.internal.curvature.objective;

/**
 * An objective that is the mean over independent examples, so that parts of them tell how far it is
 * known.
 */
public interface SampledObjective extends Objective {

  /** Returns the number of examples. */
  int examples();

  /**
   * Returns the same objective over some of the examples, in an order that has nothing to do with
   * the order in which the data came. It shares buffers with this objective: use one at a time.
   *
   * @param from the first example
   * @param to after the last example
   * @return the mean over the examples from (inclusive) to (exclusive)
   */
  Objective over(int from, int to);
}
