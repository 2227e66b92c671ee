package io.github.dl4jstability.listeners.internal.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jstability.listeners.internal.observation.Observation;
import io.github.dl4jstability.listeners.internal.rules.Observations;
import org.junit.jupiter.api.Test;

class RunHistoryTest {
  private final RunHistory history = new RunHistory();

  @Test
  void shouldKnowNothingBeforeTheFirstObservation() {
    assertThat(history.before()).isEmpty();
    assertThat(history.stall()).isEmpty();
    assertThat(history.highestRate()).isNaN();
    assertThatThrownBy(history::now).hasMessageContaining("nothing was observed yet");
  }

  @Test
  void shouldHoldThePresentObservationAndTheOneBefore() {
    Observations run = new Observations(1);
    Observation first = run.next();
    Observation second = run.next();
    history.add(first);
    assertThat(history.now()).isSameAs(first);
    assertThat(history.before()).isEmpty();
    assertThat(history.isNext()).isFalse();
    history.add(second);
    assertThat(history.now()).isSameAs(second);
    assertThat(history.before()).contains(first);
    assertThat(history.isNext()).isTrue();
    assertThat(history.iterations()).isEqualTo(2);
  }

  @Test
  void shouldNotTakeTheNextOfSeveralIterationsForTheNext() {
    Observations run = new Observations(1).every(3);
    history.add(run.next());
    history.add(run.next());
    assertThat(history.isNext()).isFalse();
    assertThat(history.iterations()).isEqualTo(4);
  }

  @Test
  void shouldRememberTheHighestRateThatIsKnown() {
    Observations run = new Observations(1);
    for (double rate : new double[] {Double.NaN, 0.1, 0.3, Double.NaN, 0.2}) {
      history.add(run.rate(rate).next());
    }
    assertThat(history.highestRate()).isEqualTo(0.3);
  }

  @Test
  void shouldFindAStallWithoutAnyRule() {
    Observations run = new Observations(1);
    for (int i = 0; i < 200; i++) {
      history.add(run.next());
    }
    assertThat(history.stall()).isPresent();
  }
}
