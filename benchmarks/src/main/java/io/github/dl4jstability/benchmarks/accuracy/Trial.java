package io.github.dl4jstability.benchmarks.accuracy;

import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.TrainingListener;

/** One run of a scenario, as the scenario sees it. */
public interface Trial {
  /**
   * Returns what makes this run different from others of the same scenario.
   *
   * @return the seed, at least 0
   */
  long seed();

  /**
   * Lets the listener under test watch a model. To be called once, after {@code init()} and before
   * training; it replaces the model's listeners.
   *
   * @param model a {@code MultiLayerNetwork} or {@code ComputationGraph}
   * @param others listeners that the scenario itself needs
   */
  void watch(Model model, TrainingListener... others);

  /**
   * Returns whether there are iterations left.
   *
   * @return false as soon as the run shall end
   */
  boolean goesOn();

  /**
   * Returns the number of iterations done.
   *
   * @return 0 before the first one
   */
  int iteration();
}
