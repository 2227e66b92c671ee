package io.github.dl4jstability.listeners.internal.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.DiagnosisEvent;
import io.github.dl4jstability.listeners.DiagnosisEvent.Kind;
import io.github.dl4jstability.listeners.Severity;
import io.github.dl4jstability.listeners.internal.history.RunHistory;
import io.github.dl4jstability.listeners.internal.observation.Inspection.OutputSpread;
import io.github.dl4jstability.listeners.internal.observation.NonFinite.Stage;
import io.github.dl4jstability.listeners.internal.observation.Observation;
import io.github.dl4jstability.listeners.internal.observation.Witness;
import io.github.dl4jstability.listeners.internal.rules.Conditions;
import io.github.dl4jstability.listeners.internal.rules.Observations;
import io.github.dl4jstability.listeners.internal.rules.Scripted;
import io.github.dl4jstability.listeners.internal.stall.verdict.StallRule;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DiagnosticianTest {

  private final Scripted exploding = new Scripted(Condition.EXPLODING_GRADIENT);
  private final Scripted nonFinite = new Scripted(Condition.NON_FINITE);
  private final List<String> faults = new ArrayList<>();
  private final Diagnostician diagnostician =
      new Diagnostician(
          List.of(nonFinite, exploding),
          new RootCauses(Conditions.CATALOGUE),
          Set.of(),
          (rule, fault) -> faults.add(rule),
          Witness.NONE);
  private final Observations run = new Observations(2);

  private List<Kind> kinds() {
    return diagnostician.judge(run.next()).stream().map(DiagnosisEvent::kind).toList();
  }

  @Test
  void shouldRaiseOnceThenUpdateAtDoublingIntervalsAndWithdraw() {
    assertThat(kinds()).isEmpty();
    exploding.says(Severity.WARNING, 3);
    assertThat(kinds()).containsExactly(Kind.RAISED);
    int updates = 0;
    for (int i = 0; i < 1000; i++) {
      updates += kinds().size();
    }
    assertThat(updates).isBetween(8, 12);
    exploding.saysNothing();
    assertThat(kinds()).containsExactly(Kind.WITHDRAWN);
    assertThat(kinds()).isEmpty();
  }

  @Test
  void shouldUpdateAtOnceWhenTheSeverityChanges() {
    exploding.says(Severity.WARNING, 3);
    for (int i = 0; i < 100; i++) {
      kinds();
    }
    exploding.says(Severity.ERROR, 3);
    assertThat(kinds()).containsExactly(Kind.UPDATED);
  }

  @Test
  void shouldGiveANewNumberWhenRaisedAgain() {
    exploding.says(Severity.WARNING, 3);
    int first = diagnostician.judge(run.next()).get(0).serial();
    exploding.saysNothing();
    kinds();
    exploding.says(Severity.WARNING, 3);
    assertThat(diagnostician.judge(run.next()).get(0).serial()).isEqualTo(first + 1);
  }

  @Test
  void shouldTellTheCauseBeforeItsConsequence() {
    exploding.says(Severity.ERROR, 3);
    nonFinite.says(Severity.ERROR, 3);
    List<DiagnosisEvent> events = diagnostician.judge(run.next());
    assertThat(events)
        .extracting(event -> event.diagnosis().condition())
        .containsExactly(Condition.EXPLODING_GRADIENT, Condition.NON_FINITE);
    Diagnosis consequence = events.get(1).diagnosis();
    assertThat(consequence.root().condition()).isEqualTo(Condition.EXPLODING_GRADIENT);
  }

  @Test
  void shouldLeaveOutARuleThatFailsAndGoOnWithTheOthers() {
    exploding.fails();
    nonFinite.says(Severity.ERROR, 3);
    assertThat(kinds()).containsExactly(Kind.RAISED);
    kinds();
    assertThat(faults).containsExactly("Scripted");
  }

  @Test
  void shouldNotJudgeConditionsThatTheUserLeftOut() {
    Diagnostician partial =
        new Diagnostician(
            Conditions.CATALOGUE, Set.of(Condition.NON_FINITE), (rule, fault) -> faults.add(rule));
    run.nonFinite(Stage.INPUT);
    assertThat(partial.judge(run.next())).isEmpty();
    Diagnostician all =
        new Diagnostician(Conditions.CATALOGUE, Set.of(), (rule, fault) -> faults.add(rule));
    assertThat(all.judge(run.next())).hasSize(1);
  }

  @Test
  void shouldAskRulesThatWaitForALookOnlyAfterOne() {
    // given
    List<Integer> asked = new ArrayList<>();
    Rule waiting =
        new Rule() {
          @Override
          public Set<Condition> conditions() {
            return Set.of(Condition.DEAD_UNITS);
          }

          @Override
          public boolean waitsForLooks() {
            return true;
          }

          @Override
          public Optional<Diagnosis> judge(RunHistory history) {
            asked.add(history.now().iteration());
            return Optional.empty();
          }
        };
    Diagnostician patient =
        new Diagnostician(
            List.of(waiting),
            new RootCauses(Conditions.CATALOGUE),
            Set.of(),
            (rule, fault) -> faults.add(rule),
            Witness.NONE);
    // when
    patient.judge(run.next());
    patient.judge(run.spread(new OutputSpread(32, 0.4, 0.5), 1).next());
    // then
    assertThat(asked).containsExactly(1);
  }

  /**
   * Of the rules that share the level of the loss all may wait for looks; it goes on all the same.
   */
  @ParameterizedTest
  @ValueSource(doubles = {0.3, 1})
  void shouldFollowTheLossBetweenLooks(double between) {
    // given
    Diagnostician partial =
        new Diagnostician(
            Conditions.CATALOGUE,
            Set.of(Condition.VANISHING_GRADIENT),
            (rule, fault) -> faults.add(rule));
    Observations looks = new Observations(2).spread(new OutputSpread(32, 0, 0.5), 1).loss(1);
    run.loss(between);
    Set<Condition> raised = new HashSet<>();
    // when
    for (int iteration = 0; iteration < 200; iteration++) {
      Observation next =
          iteration % 20 == 0 ? looks.from(iteration).next() : run.from(iteration).next();
      partial.judge(next).forEach(event -> raised.add(event.diagnosis().condition()));
    }
    // then
    assertThat(raised.contains(Condition.CONSTANT_OUTPUT)).isEqualTo(between == 1);
    assertThat(faults).isEmpty();
  }

  @Test
  void shouldAskForNoLookAtAStallWhereNobodyWantsToKnow() {
    // given
    Diagnostician all =
        new Diagnostician(Conditions.CATALOGUE, Set.of(), (rule, fault) -> faults.add(rule));
    Diagnostician partial =
        new Diagnostician(
            Conditions.CATALOGUE, new StallRule().conditions(), (rule, fault) -> faults.add(rule));
    // when
    for (int iteration = 0; iteration < 200; iteration++) {
      Observation next = run.next();
      all.judge(next);
      partial.judge(next);
    }
    // then
    assertThat(all.stall()).isPresent();
    assertThat(partial.stall()).isEmpty();
    assertThat(partial.stepPerGradient()).isEqualTo(all.stepPerGradient());
  }
}
