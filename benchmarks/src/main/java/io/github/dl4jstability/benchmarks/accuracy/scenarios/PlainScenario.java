package io.github.dl4jstability.benchmarks.accuracy.scenarios;

import io.github.dl4jstability.benchmarks.accuracy.Expected;
import io.github.dl4jstability.benchmarks.accuracy.Scenario;
import io.github.dl4jstability.benchmarks.accuracy.Trial;

/**
 * A scenario made of its parts.
 *
 * @param name its name
 * @param expected the truth
 * @param iterations its length
 * @param body what to do
 */
record PlainScenario(String name, Expected expected, int iterations, Body body)
    implements Scenario {

  /** Builds a model, lets it be watched and trains it. */
  interface Body {
    void run(Trial trial) throws Exception;
  }

  @Override
  public void run(Trial trial) throws Exception {
    body.run(trial);
  }
}
