package io.github.dl4jstability.benchmarks.accuracy;

import java.util.stream.Stream;

/**
 * Gives scenarios to the runner. Found by {@link java.util.ServiceLoader}: a jar that names its
 * provider in {@code
 * META-INF/services/io.github.dl4jstability.benchmarks.accuracy.ScenarioProvider} takes part
 * without any change here. A provider needs a public constructor without parameters.
 */
public interface ScenarioProvider {
  /**
   * Returns the scenarios.
   *
   * @return any number of scenarios with distinct names
   */
  Stream<Scenario> scenarios();
}
