package io.github.dl4jstability.listeners.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.DiagnosisEvent;
import io.github.dl4jstability.listeners.DiagnosisEvent.Kind;
import io.github.dl4jstability.listeners.Severity;
import io.github.dl4jstability.listeners.observation.NonFinite.Stage;
import io.github.dl4jstability.listeners.observation.Observation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DiagnosticianTest {

  /** Says what it is told to say. */
  private static final class Scripted implements Rule {
    private final Condition condition;
    private Optional<Severity> says = Optional.empty();
    private boolean fails;

    Scripted(Condition condition) {
      this.condition = condition;
    }

    @Override
    public Set<Condition> conditions() {
      return Set.of(condition);
    }

    @Override
    public Optional<Diagnosis> judge(Observation observation) {
      if (fails) {
        throw new IllegalStateException("broken rule");
      }
      return says.map(
          severity ->
              new Diagnosis(
                  condition, severity, 3, 0, List.of(), Map.of(), "why", "what", Optional.empty()));
    }
  }

  private final Scripted exploding = new Scripted(Condition.EXPLODING_GRADIENT);
  private final Scripted nonFinite = new Scripted(Condition.NON_FINITE);
  private final List<String> faults = new ArrayList<>();
  private final Diagnostician diagnostician =
      new Diagnostician(List.of(nonFinite, exploding), Set.of(), (rule, fault) -> faults.add(rule));
  private final Observations run = new Observations(2);

  private List<Kind> kinds() {
    return diagnostician.judge(run.next()).stream().map(DiagnosisEvent::kind).toList();
  }

  @Test
  void shouldRaiseOnceThenUpdateAtDoublingIntervalsAndWithdraw() {
    assertThat(kinds()).isEmpty();
    exploding.says = Optional.of(Severity.WARNING);
    assertThat(kinds()).containsExactly(Kind.RAISED);
    int updates = 0;
    for (int i = 0; i < 1000; i++) {
      updates += kinds().size();
    }
    assertThat(updates).isBetween(8, 12);
    exploding.says = Optional.empty();
    assertThat(kinds()).containsExactly(Kind.WITHDRAWN);
    assertThat(kinds()).isEmpty();
  }

  @Test
  void shouldUpdateAtOnceWhenTheSeverityChanges() {
    exploding.says = Optional.of(Severity.WARNING);
    for (int i = 0; i < 100; i++) {
      kinds();
    }
    exploding.says = Optional.of(Severity.ERROR);
    assertThat(kinds()).containsExactly(Kind.UPDATED);
  }

  @Test
  void shouldGiveANewNumberWhenRaisedAgain() {
    exploding.says = Optional.of(Severity.WARNING);
    int first = diagnostician.judge(run.next()).get(0).serial();
    exploding.says = Optional.empty();
    kinds();
    exploding.says = Optional.of(Severity.WARNING);
    assertThat(diagnostician.judge(run.next()).get(0).serial()).isEqualTo(first + 1);
  }

  @Test
  void shouldTellTheCauseBeforeItsConsequence() {
    exploding.says = Optional.of(Severity.ERROR);
    nonFinite.says = Optional.of(Severity.ERROR);
    List<DiagnosisEvent> events = diagnostician.judge(run.next());
    assertThat(events)
        .extracting(event -> event.diagnosis().condition())
        .containsExactly(Condition.EXPLODING_GRADIENT, Condition.NON_FINITE);
    Diagnosis consequence = events.get(1).diagnosis();
    assertThat(consequence.root().condition()).isEqualTo(Condition.EXPLODING_GRADIENT);
  }

  @Test
  void shouldLeaveOutARuleThatFailsAndGoOnWithTheOthers() {
    exploding.fails = true;
    nonFinite.says = Optional.of(Severity.ERROR);
    assertThat(kinds()).containsExactly(Kind.RAISED);
    kinds();
    assertThat(faults).containsExactly("Scripted");
  }

  @Test
  void shouldNotJudgeConditionsThatTheUserLeftOut() {
    Diagnostician partial =
        Diagnostician.without(Set.of(Condition.NON_FINITE), (rule, fault) -> faults.add(rule));
    run.nonFinite(Stage.INPUT);
    assertThat(partial.judge(run.next())).isEmpty();
    Diagnostician all = Diagnostician.without(Set.of(), (rule, fault) -> faults.add(rule));
    assertThat(all.judge(run.next())).hasSize(1);
  }
}
