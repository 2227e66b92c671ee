package io.github.dl4jstability.benchmarks.accuracy;

/**
 * A training run of which is known what is wrong with it, or that all is well. It is run once per
 * seed; different seeds may differ in data, initial weights and order. Scenarios are run by several
 * threads at once and so must not share mutable state.
 */
public interface Scenario {
  /**
   * Returns the name, unique among all scenarios: the family, a slash, and the variant.
   *
   * @return for example {@code "dead-layer/relu-16-16-16-adam-float"}
   */
  String name();

  /**
   * Returns the group in which the scenario is reported.
   *
   * @return by default the name up to the first slash
   */
  default String family() {
    int slash = name().indexOf('/');
    return slash < 0 ? name() : name().substring(0, slash);
  }

  /**
   * Returns the truth.
   *
   * @return what a perfect diagnosis would say
   */
  Expected expected();

  /**
   * Returns the length of the run.
   *
   * @return iterations, at least 1
   */
  int iterations();

  /**
   * Builds a model, hands it to {@link Trial#watch}, and trains it while {@link Trial#goesOn}. The
   * same seed must give the same run: the thread's {@code Nd4j.getRandom()} has been seeded with
   * it.
   *
   * @param trial the seed, and who watches
   * @throws Exception if the run cannot be done; it then counts as failed
   */
  void run(Trial trial) throws Exception;
}
