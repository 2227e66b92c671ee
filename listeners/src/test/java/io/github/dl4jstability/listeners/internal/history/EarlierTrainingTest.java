package io.github.dl4jstability.listeners.internal.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jstability.listeners.internal.observation.Observation;
import io.github.dl4jstability.listeners.internal.rules.Observations;
import io.github.dl4jstability.listeners.internal.rules.Setups;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EarlierTrainingTest {
  private static Observations biases(double mean, double deviation) {
    return new Observations(1).biases().initial(Observations.normal(100, mean, deviation));
  }

  @ParameterizedTest
  @CsvSource({"0, 0, false", "-10, 0, false", "1, 2e-3, true", "1, 5e-4, false", "0, 1e-9, true"})
  void shouldKnowTrainedLayersByBiasesThatDiffer(double mean, double deviation, boolean trained) {
    assertThat(new EarlierTraining(biases(mean, deviation).next()).of(0)).isEqualTo(trained);
  }

  /** Weights of 0.5 from 10 inputs make weighted inputs of √10/2 = 1.58. */
  @ParameterizedTest
  @CsvSource({"0, 1.5, true", "0, 1.7, false", "-4.5, 5, false", "-0.2, 0.1, true"})
  void shouldNotTakeBiasesLargerThanWeightedInputsForTrained(
      double mean, double deviation, boolean trained) {
    Observations run =
        new Observations(1)
            .initialSpreads(0.5)
            .withBiases(Observations.normal(10, mean, deviation));
    assertThat(new EarlierTraining(run.next()).of(0)).isEqualTo(trained);
  }

  @Test
  void shouldNotTakeTheGatesOfAnLstmForTrained() {
    Observations gates = biases(0.25, 0.43).setup(unknown -> Setups.units(25));
    assertThat(new EarlierTraining(gates.next()).of(0)).isFalse();
    Observations dense = biases(0.25, 0.43).setup(unknown -> Setups.units(100));
    assertThat(new EarlierTraining(dense.next()).of(0)).isTrue();
  }

  @Test
  void shouldNotTakeRandomWeightsForTrained() {
    Observations run = new Observations(1).initial(Observations.normal(100, 0, 1));
    assertThat(new EarlierTraining(run.next()).of(0)).isFalse();
  }

  @Test
  void shouldTakeFrozenLayersAndRunsThatGoOnForTrained() {
    Observations frozen = new Observations(1).setup(unknown -> Setups.frozen());
    assertThat(new EarlierTraining(frozen.next()).of(0)).isTrue();
    assertThat(new EarlierTraining(new Observations(1).from(1).next()).of(0)).isTrue();
  }

  @Test
  void shouldGiveTheRunAThousandIterations() {
    Observations run = new Observations(1).from(500);
    EarlierTraining earlier = new EarlierTraining(run.next());
    Observation before = run.from(1499).next();
    assertThat(earlier.isLongAgo(before)).isFalse();
    assertThat(earlier.isLongAgo(run.next())).isTrue();
  }
}
