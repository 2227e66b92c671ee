package io.github.dl4jstability.listeners.internal.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jstability.listeners.internal.observation.Inspection.OutputSpread;
import io.github.dl4jstability.listeners.internal.rules.Asked;
import io.github.dl4jstability.listeners.internal.rules.Observations;
import io.github.dl4jstability.listeners.internal.rules.Setups;
import io.github.dl4jstability.measurement.Moments;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LossLevelTest {
  private final RunHistory history = new RunHistory();
  private final LossLevel level = history.loss();

  private void add(Observations run, int iterations) {
    for (int i = 0; i < iterations; i++) {
      history.add(run.next());
    }
  }

  @Test
  void shouldCompareWithTheLossOfAGuessWhereItIsKnown() {
    add(new Observations(1).loss(3).spread(OutputSpread.ABSENT, 6), 5);
    assertThat(level.relative()).isCloseTo(0.5, within(1e-9));
    assertThat(level.isBelow(0.6)).isTrue();
    assertThat(level.isBelow(0.4)).isFalse();
  }

  @Test
  void shouldCompareWithTheFirstLossesWhereItIsNot() {
    Observations run = new Observations(1);
    add(run.loss(8), 10);
    add(run.loss(2), 200);
    assertThat(level.relative()).isCloseTo(0.25, within(1e-6));
  }

  @Test
  void shouldSmoothAwaySingleMinibatches() {
    Observations run = new Observations(1);
    add(run.loss(1), 50);
    add(run.loss(0), 1);
    assertThat(level.relative()).isCloseTo(0.9, within(1e-9));
  }

  /**
   * Twice ½·λ·‖w‖² for l2 and decay, twice λ·√(2/π)·√100·‖w‖ for l1, with ‖w‖ = √2. What l1 adds is
   * less where most weights are next to 0, so it is no reason to take the loss for low.
   */
  @ParameterizedTest
  @CsvSource({"0, 0.5, 0, 1", "0, 0, 0.5, 1", "0.05, 0, 0, 1.1283791671"})
  void shouldTakeThePenaltiesOfTheWeightsBeforeTheStepOff(
      double l1, double l2, double decay, double penalty) {
    Observations run =
        new Observations(2)
            .setup(unknown -> Setups.penalized(l1, l2, decay))
            .initial(norm(Math.sqrt(2)), norm(Math.sqrt(2)))
            .parameters(Math.sqrt(2), Math.sqrt(2))
            .spread(OutputSpread.ABSENT, 1);
    add(run.loss(0.6 + penalty), 50);
    assertThat(level.relativeAtLeast()).isCloseTo(0.6, within(1e-6));
    assertThat(level.isKnownNotBelow(0.61)).isFalse();
    assertThat(level.isKnownNotBelow(0.59)).isTrue();
    assertThat(level.relative()).isCloseTo(0.6 + (l1 > 0 ? penalty : 0), within(1e-6));
    assertThat(level.isBelow(0.8)).isEqualTo(l1 == 0);
  }

  @Test
  void shouldTakeNoGuessFromTheFirstLossesOfARunThatGoesOn() {
    add(new Observations(1), 10);
    assertThat(level.isKnownNotBelow(0.9)).isTrue();
    LossLevel goingOn = Asked.after(new Observations(1).from(500).next()).loss();
    assertThat(goingOn.isKnownNotBelow(0.9)).isFalse();
    LossLevel known =
        Asked.after(new Observations(1).from(500).spread(OutputSpread.ABSENT, 1).next()).loss();
    assertThat(known.isKnownNotBelow(0.9)).isTrue();
    assertThat(known.isKnownNotBelow(1.1)).isFalse();
  }

  private static Moments norm(double norm) {
    return Observations.normal(100, 0, norm / 10);
  }

  @Test
  void shouldKnowNothingWhereTheLossIsNotANumberOrNotPositive() {
    add(new Observations(1).loss(Double.NaN), 5);
    assertThat(level.relative()).isNaN();
    assertThat(level.isBelow(0.8)).isFalse();
    assertThat(Asked.after(new Observations(1).loss(-4).next()).loss().relative()).isNaN();
  }
}
