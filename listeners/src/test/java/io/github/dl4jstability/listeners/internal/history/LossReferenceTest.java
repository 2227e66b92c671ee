package io.github.dl4jstability.listeners.internal.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jstability.listeners.Evidence;
import io.github.dl4jstability.listeners.internal.observation.Inspection.OutputSpread;
import io.github.dl4jstability.listeners.internal.rules.Observations;
import io.github.dl4jstability.listeners.internal.rules.Setups;
import io.github.dl4jstability.listeners.internal.rules.Steps;
import io.github.dl4jstability.measurement.Moments;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LossReferenceTest {
  private final RunHistory history = new RunHistory();
  private final LossReference reference = history.reference();

  @Test
  void shouldStartAtTheMedianOfThirtyTwoExamples() {
    Steps run = new Steps(1);
    run.examples = 8;
    for (double loss : new double[] {5, 1, Double.NaN, 3, 9, 100, 100}) {
      run.loss = loss;
      history.add(run.next());
    }
    assertThat(reference.start()).isEqualTo(3);
    assertThat(reference.level()).isEqualTo(3);
    assertThat(reference.evidence()).isEqualTo(Evidence.LOSS_AT_THE_START);
  }

  @Test
  void shouldCompareLossesWithoutPenaltiesWithAStartWithout() {
    // given ½·λ·‖w‖² = 4
    Moments norm = Observations.normal(100, 0, 0.2);
    history.add(
        new Observations(1)
            .setup(unknown -> Setups.penalized(0, 2, 0))
            .initial(norm)
            .loss(7)
            .next());
    // then
    assertThat(reference.level()).isEqualTo(7);
    assertThat(reference.bareLevel()).isCloseTo(3, within(1e-9));
  }

  @Test
  void shouldRememberTheLossOfAGuessWhereALookDoesNotTell() {
    Observations run = new Observations(1).loss(5);
    history.add(run.spread(OutputSpread.ABSENT, 2).next());
    history.add(run.spread(OutputSpread.ABSENT, Double.NaN).next());
    assertThat(reference.guess()).isEqualTo(2);
    assertThat(reference.level()).isEqualTo(2);
    assertThat(reference.bareLevel()).isEqualTo(2);
    assertThat(reference.ceiling()).isEqualTo(5);
    assertThat(reference.evidence()).isEqualTo(Evidence.LOSS_OF_A_GUESS);
  }

  /** Where all labels are the same a guess is perfect. */
  @ParameterizedTest
  @ValueSource(doubles = {0, Double.NaN, Double.POSITIVE_INFINITY})
  void shouldTakeNoLevelFromAGuessWithoutALoss(double guess) {
    history.add(new Observations(1).loss(5).spread(OutputSpread.ABSENT, guess).next());
    assertThat(reference.isGuess()).isFalse();
    assertThat(reference.level()).isEqualTo(5);
  }

  @Test
  void shouldKnowNoLevelOfLossesThatCanBeNegativeButTheirSize() {
    history.add(new Observations(1).loss(-4).next());
    assertThat(reference.level()).isNaN();
    assertThat(reference.bareLevel()).isNaN();
    assertThat(reference.ceiling()).isNaN();
    assertThat(reference.magnitude()).isEqualTo(4);
  }
}
