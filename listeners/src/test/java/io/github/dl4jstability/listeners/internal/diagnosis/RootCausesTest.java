package io.github.dl4jstability.listeners.internal.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.DiagnosisEvent;
import io.github.dl4jstability.listeners.DiagnosisEvent.Kind;
import io.github.dl4jstability.listeners.Severity;
import io.github.dl4jstability.listeners.internal.observation.Witness;
import io.github.dl4jstability.listeners.internal.rules.Conditions;
import io.github.dl4jstability.listeners.internal.rules.Observations;
import io.github.dl4jstability.listeners.internal.rules.Scripted;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which diagnosis becomes the cause of which, and what is told of it. */
class RootCausesTest {
  private final Map<Condition, Scripted> rules = new EnumMap<>(Condition.class);
  private final Map<Condition, Diagnosis> told = new EnumMap<>(Condition.class);
  private final Observations run = new Observations(6);
  private final Diagnostician diagnostician;

  RootCausesTest() {
    for (Condition condition : Condition.values()) {
      rules.put(condition, new Scripted(condition));
    }
    diagnostician =
        new Diagnostician(
            List.copyOf(rules.values()),
            new RootCauses(Conditions.CATALOGUE),
            Set.of(),
            (rule, fault) -> {
              throw fault;
            },
            Witness.NONE);
  }

  private Scripted rule(Condition condition) {
    return rules.get(condition);
  }

  private List<DiagnosisEvent> judge(int iterations) {
    List<DiagnosisEvent> events = new ArrayList<>();
    for (int i = 0; i < iterations; i++) {
      events.addAll(diagnostician.judge(run.next()));
    }
    for (DiagnosisEvent event : events) {
      if (event.kind() == Kind.WITHDRAWN) {
        told.remove(event.diagnosis().condition());
      } else {
        told.put(event.diagnosis().condition(), event.diagnosis());
      }
    }
    return events;
  }

  private Condition rootOf(Condition condition) {
    return told.get(condition).root().condition();
  }

  private List<Condition> chainOf(Condition condition) {
    List<Condition> chain = new ArrayList<>();
    for (Diagnosis d = told.get(condition); d != null; d = d.cause().orElse(null)) {
      chain.add(d.condition());
    }
    return chain;
  }

  @Test
  void shouldLeadNonFiniteValuesBackToTheScaleOfTheInputThroughAllBetween() {
    judge(8);
    rule(Condition.INPUT_SCALE).says(Severity.WARNING, 0);
    rule(Condition.LEARNING_RATE_TOO_HIGH).says(Severity.WARNING, 1);
    rule(Condition.EXPLODING_GRADIENT).says(Severity.ERROR, 3);
    rule(Condition.NON_FINITE).says(Severity.ERROR, 8);
    List<DiagnosisEvent> events = judge(1);
    assertThat(chainOf(Condition.NON_FINITE))
        .containsExactly(
            Condition.NON_FINITE,
            Condition.EXPLODING_GRADIENT,
            Condition.LEARNING_RATE_TOO_HIGH,
            Condition.INPUT_SCALE);
    assertThat(events)
        .extracting(event -> event.diagnosis().condition())
        .containsExactly(
            Condition.INPUT_SCALE,
            Condition.LEARNING_RATE_TOO_HIGH,
            Condition.EXPLODING_GRADIENT,
            Condition.NON_FINITE);
    assertThat(told.get(Condition.NON_FINITE).remedy()).isEqualTo("Mend INPUT_SCALE");
  }

  @Test
  void shouldSayWhyWithTheNumbersAndGiveTheCauseTheSeverityOfWhatItLedTo() {
    judge(9);
    rule(Condition.EXPLODING_GRADIENT).says(Severity.WARNING, 5);
    rule(Condition.NON_FINITE).says(Severity.ERROR, 8);
    judge(1);
    assertThat(told.get(Condition.NON_FINITE).explanation())
        .startsWith("NON_FINITE explained. ")
        .contains("exploding gradient since iteration 5, 3 iterations earlier");
    assertThat(told.get(Condition.EXPLODING_GRADIENT).severity()).isEqualTo(Severity.ERROR);
    assertThat(told.get(Condition.NON_FINITE).root().severity()).isEqualTo(Severity.ERROR);
  }

  @Test
  void shouldBlameEqualWeightsForUnitsThatAreSilentInTheSamePlaceFromTheStart() {
    judge(2);
    rule(Condition.SYMMETRIC_UNITS).says(Severity.WARNING, 1, "0", "1", "2");
    rule(Condition.DEAD_UNITS).says(Severity.ERROR, 0, "1");
    judge(1);
    assertThat(rootOf(Condition.DEAD_UNITS)).isEqualTo(Condition.SYMMETRIC_UNITS);
  }

  @Test
  void shouldNotBlameEqualWeightsForUnitsThatDieElsewhereOrLater() {
    judge(2);
    rule(Condition.SYMMETRIC_UNITS).says(Severity.WARNING, 1, "0", "1");
    rule(Condition.DEAD_UNITS).says(Severity.ERROR, 0, "1", "2");
    judge(1);
    assertThat(rootOf(Condition.DEAD_UNITS)).isEqualTo(Condition.DEAD_UNITS);
    rule(Condition.DEAD_UNITS).saysNothing();
    judge(60);
    rule(Condition.DEAD_UNITS).says(Severity.ERROR, 60, "1");
    judge(1);
    assertThat(rootOf(Condition.DEAD_UNITS)).isEqualTo(Condition.DEAD_UNITS);
  }

  @Test
  void shouldMakeACauseThatIsSeenLaterTheRootWhenItBeganBeforeTheEffectWasProven() {
    judge(60);
    rule(Condition.DEAD_UNITS).says(Severity.WARNING, 10);
    judge(40);
    assertThat(rootOf(Condition.DEAD_UNITS)).isEqualTo(Condition.DEAD_UNITS);
    rule(Condition.LEARNING_RATE_TOO_HIGH).says(Severity.WARNING, 55);
    List<DiagnosisEvent> events = judge(1);
    assertThat(rootOf(Condition.DEAD_UNITS)).isEqualTo(Condition.LEARNING_RATE_TOO_HIGH);
    assertThat(events).extracting(DiagnosisEvent::kind).containsExactly(Kind.RAISED, Kind.UPDATED);
  }

  @Test
  void shouldNotBlameWhatBeganOnlyAfterTheEffectWasProven() {
    judge(60);
    rule(Condition.DEAD_UNITS).says(Severity.WARNING, 10);
    judge(40);
    rule(Condition.LEARNING_RATE_TOO_HIGH).says(Severity.WARNING, 90);
    judge(1);
    assertThat(rootOf(Condition.DEAD_UNITS)).isEqualTo(Condition.DEAD_UNITS);
  }

  @Test
  void shouldForgiveNonFiniteValuesNothingSinceTheyAreSeenAtOnce() {
    judge(9);
    rule(Condition.NON_FINITE).says(Severity.ERROR, 8);
    rule(Condition.DIVERGING_LOSS).says(Severity.ERROR, 9);
    judge(1);
    assertThat(chainOf(Condition.DIVERGING_LOSS))
        .containsExactly(Condition.DIVERGING_LOSS, Condition.NON_FINITE);
    assertThat(chainOf(Condition.NON_FINITE)).containsExactly(Condition.NON_FINITE);
  }

  @Test
  void shouldKeepACauseThatNoLongerHoldsForWhatBeganWhileItDid() {
    judge(10);
    rule(Condition.LEARNING_RATE_TOO_HIGH).says(Severity.WARNING, 2);
    judge(30);
    rule(Condition.LEARNING_RATE_TOO_HIGH).saysNothing();
    judge(20);
    rule(Condition.DEAD_UNITS).says(Severity.WARNING, 20, "layer1");
    judge(1);
    assertThat(rootOf(Condition.DEAD_UNITS)).isEqualTo(Condition.LEARNING_RATE_TOO_HIGH);
    assertThat(told).doesNotContainKey(Condition.LEARNING_RATE_TOO_HIGH);
    judge(100);
    rule(Condition.SATURATED_UNITS).says(Severity.WARNING, 120, "layer1");
    judge(1);
    assertThat(rootOf(Condition.SATURATED_UNITS)).isEqualTo(Condition.SATURATED_UNITS);
  }

  @Test
  void shouldRespectTheWayOfSignalAndGradientThroughTheLayers() {
    judge(9);
    rule(Condition.VANISHING_GRADIENT).says(Severity.WARNING, 0, "layer2", "layer3");
    rule(Condition.SATURATED_UNITS).says(Severity.WARNING, 0, "layer0", "layer1");
    judge(1);
    assertThat(rootOf(Condition.VANISHING_GRADIENT)).isEqualTo(Condition.VANISHING_GRADIENT);
    rule(Condition.SATURATED_UNITS).says(Severity.WARNING, 0, "layer4");
    judge(1);
    assertThat(rootOf(Condition.VANISHING_GRADIENT)).isEqualTo(Condition.SATURATED_UNITS);
    rule(Condition.POOR_INITIALIZATION).says(Severity.WARNING, 0, "layer5");
    judge(1);
    assertThat(rootOf(Condition.SATURATED_UNITS)).isEqualTo(Condition.SATURATED_UNITS);
    rule(Condition.POOR_INITIALIZATION).says(Severity.WARNING, 0, "layer3");
    judge(1);
    assertThat(rootOf(Condition.VANISHING_GRADIENT)).isEqualTo(Condition.POOR_INITIALIZATION);
  }

  @Test
  void shouldNotBlameWhatIsAnInformationOnly() {
    judge(9);
    rule(Condition.SATURATED_UNITS).says(Severity.INFO, 0);
    rule(Condition.VANISHING_GRADIENT).says(Severity.WARNING, 0);
    judge(1);
    assertThat(rootOf(Condition.VANISHING_GRADIENT)).isEqualTo(Condition.VANISHING_GRADIENT);
    rule(Condition.POOR_INITIALIZATION).says(Severity.INFO, 0);
    judge(1);
    assertThat(rootOf(Condition.VANISHING_GRADIENT)).isEqualTo(Condition.POOR_INITIALIZATION);
    assertThat(told.get(Condition.POOR_INITIALIZATION).severity()).isEqualTo(Severity.WARNING);
  }

  @Test
  void shouldStillNameTheSaddleThatTrainingIsAboutToLeave() {
    judge(9);
    rule(Condition.CONSTANT_OUTPUT).says(Severity.WARNING, 0);
    rule(Condition.SADDLE_POINT).says(Severity.INFO, 0);
    judge(1);
    assertThat(rootOf(Condition.CONSTANT_OUTPUT)).isEqualTo(Condition.SADDLE_POINT);
  }

  @Test
  void shouldTellFromTheirOrderWhetherTheRateOrTheExplosionCameFirst() {
    judge(9);
    rule(Condition.LEARNING_RATE_TOO_HIGH).says(Severity.WARNING, 3);
    rule(Condition.EXPLODING_GRADIENT).says(Severity.ERROR, 4);
    judge(1);
    assertThat(rootOf(Condition.EXPLODING_GRADIENT)).isEqualTo(Condition.LEARNING_RATE_TOO_HIGH);
    rule(Condition.EXPLODING_GRADIENT).says(Severity.ERROR, 3);
    judge(1);
    assertThat(rootOf(Condition.LEARNING_RATE_TOO_HIGH)).isEqualTo(Condition.EXPLODING_GRADIENT);
  }

  /** Twenty inspections of the distance between observations, or 1/25 of the run. */
  @ParameterizedTest
  @CsvSource({
    "0, 1, 10, 30, true",
    "0, 1, 10, 31, false",
    "0, 5, 10, 110, true",
    "0, 5, 10, 115, false",
    "1000, 1, 1000, 1041, true",
    "1000, 1, 1000, 1045, false"
  })
  void shouldForgiveACauseThatBeginsLaterAsMuchAsInspectionsAreApart(
      int start, int distance, int effect, int cause, boolean linked) {
    run.from(start).every(distance);
    judge((effect - start) / distance);
    rule(Condition.DEAD_UNITS).says(Severity.WARNING, effect);
    judge((cause - effect) / distance);
    rule(Condition.LEARNING_RATE_TOO_HIGH).says(Severity.WARNING, cause);
    judge(1);
    assertThat(rootOf(Condition.DEAD_UNITS))
        .isEqualTo(linked ? Condition.LEARNING_RATE_TOO_HIGH : Condition.DEAD_UNITS);
  }

  @Test
  void shouldForgiveAsMuchWhenTheCauseHasEnded() {
    judge(2);
    rule(Condition.LEARNING_RATE_TOO_HIGH).says(Severity.WARNING, 2);
    judge(38);
    rule(Condition.LEARNING_RATE_TOO_HIGH).saysNothing();
    judge(10);
    rule(Condition.DIVERGING_LOSS).says(Severity.ERROR, 50);
    judge(1);
    assertThat(rootOf(Condition.DIVERGING_LOSS)).isEqualTo(Condition.LEARNING_RATE_TOO_HIGH);
    // It led to an error.
    assertThat(told.get(Condition.DIVERGING_LOSS).root().severity()).isEqualTo(Severity.ERROR);
  }

  @Test
  void shouldForgetTheOldestOfManyCausesThatHaveEnded() {
    for (int i = 0; i < 16; i++) {
      rule(Condition.SYMMETRIC_UNITS).says(Severity.WARNING, 2 * i);
      judge(1);
      rule(Condition.SYMMETRIC_UNITS).saysNothing();
      judge(1);
    }
    rule(Condition.LEARNING_RATE_TOO_HIGH).says(Severity.WARNING, 32);
    judge(1);
    rule(Condition.LEARNING_RATE_TOO_HIGH).saysNothing();
    rule(Condition.SYMMETRIC_UNITS).says(Severity.WARNING, 33);
    judge(1);
    rule(Condition.SYMMETRIC_UNITS).saysNothing();
    judge(1);
    rule(Condition.DEAD_UNITS).says(Severity.WARNING, 35);
    judge(1);
    assertThat(rootOf(Condition.DEAD_UNITS)).isEqualTo(Condition.LEARNING_RATE_TOO_HIGH);
  }

  @ParameterizedTest
  @CsvSource({
    "POOR_INITIALIZATION, DEAD_UNITS, layer2, layer2, true",
    "POOR_INITIALIZATION, DEAD_UNITS, layer1 layer4, layer2, true",
    "POOR_INITIALIZATION, DEAD_UNITS, layer3, layer2, false",
    "SATURATED_UNITS, VANISHING_GRADIENT, layer2, layer2, true",
    "SATURATED_UNITS, VANISHING_GRADIENT, layer0 layer3, layer2, true",
    "SATURATED_UNITS, VANISHING_GRADIENT, layer1, layer2, false",
    "SATURATED_UNITS, VANISHING_GRADIENT, layer1, '', true"
  })
  void shouldLinkLayersThatOneWayLeadsThrough(
      Condition cause, Condition effect, String causeIn, String effectIn, boolean linked) {
    rule(cause).says(Severity.WARNING, 0, causeIn.split(" "));
    rule(effect)
        .says(Severity.WARNING, 0, effectIn.isEmpty() ? new String[0] : effectIn.split(" "));
    judge(1);
    assertThat(rootOf(effect)).isEqualTo(linked ? cause : effect);
  }

  @Test
  void shouldBlameTheScaleOfTheInputThoughItIsAnInformation() {
    judge(9);
    rule(Condition.INPUT_SCALE).says(Severity.INFO, 7);
    rule(Condition.DEAD_UNITS).says(Severity.WARNING, 8);
    judge(1);
    assertThat(rootOf(Condition.DEAD_UNITS)).isEqualTo(Condition.INPUT_SCALE);
    assertThat(told.get(Condition.DEAD_UNITS).explanation()).contains(", 1 iteration earlier: ");
  }

  @Test
  void shouldSeekNoCauseOfWhatComesFromOutside() {
    rule(Condition.NON_FINITE).comesFromOutside();
    rule(Condition.NON_FINITE).says(Severity.ERROR, 1);
    rule(Condition.EXPLODING_GRADIENT).says(Severity.ERROR, 0);
    judge(2);
    assertThat(rootOf(Condition.NON_FINITE)).isEqualTo(Condition.NON_FINITE);
  }

  @Test
  void shouldStayCalmWhileACascadeHolds() {
    for (Condition condition : Condition.values()) {
      rule(condition).says(Severity.WARNING, 0);
    }
    assertThat(judge(1)).hasSize(Condition.values().length);
    // 1000 iterations are ten doublings.
    assertThat(judge(1000)).hasSizeLessThanOrEqualTo(11 * Condition.values().length);
  }

  @Test
  void shouldKnowNoCircleOfCauses() {
    for (Condition start : Condition.values()) {
      Set<Condition> reached = EnumSet.noneOf(Condition.class);
      List<Condition> open = new ArrayList<>(List.of(start));
      while (!open.isEmpty()) {
        for (CausalLink link : Conditions.CATALOGUE.causesOf(open.remove(0))) {
          boolean byTime =
              link.timing() == CausalLink.Timing.BEFORE || link.cause() == Condition.NON_FINITE;
          if (!byTime && reached.add(link.cause())) {
            open.add(link.cause());
          }
        }
      }
      assertThat(reached).doesNotContain(start);
    }
  }

  @Test
  void shouldNeverLinkInACircleWhateverHolds() {
    for (Condition condition : Condition.values()) {
      rule(condition).says(Severity.ERROR, 0);
    }
    judge(1);
    told.values().forEach(diagnosis -> assertThat(diagnosis.root()).isNotNull());
    assertThat(rootOf(Condition.NON_FINITE)).isNotEqualTo(Condition.NON_FINITE);
  }

  @ParameterizedTest
  @CsvSource({
    "20, LEARNING_RATE_TOO_HIGH, false",
    "20, DEAD_UNITS, false",
    "20, LEARNING_RATE_TOO_LOW, true",
    "320, LEARNING_RATE_TOO_HIGH, true"
  })
  void shouldBlameTheScaleOfTargetsForTheLengthOfTheWayOnlyUnlessItIsEnormous(
      double rms, Condition effect, boolean blamed) {
    rule(Condition.INPUT_SCALE)
        .says(Severity.INFO, 0, Map.of("root mean square of the targets", rms));
    rule(effect).says(Severity.WARNING, 1);
    judge(2);
    assertThat(rootOf(effect)).isEqualTo(blamed ? Condition.INPUT_SCALE : effect);
  }

  @ParameterizedTest
  @CsvSource({"0, false", "1, true"})
  void shouldBlameInitialWeightsFartherOnForUnitsThatDieLaterOnly(int since, boolean blamed) {
    rule(Condition.POOR_INITIALIZATION).says(Severity.WARNING, 0, "layer3");
    rule(Condition.DEAD_UNITS).says(Severity.ERROR, since, "layer1");
    judge(2);
    assertThat(rootOf(Condition.DEAD_UNITS))
        .isEqualTo(blamed ? Condition.POOR_INITIALIZATION : Condition.DEAD_UNITS);
  }
}
