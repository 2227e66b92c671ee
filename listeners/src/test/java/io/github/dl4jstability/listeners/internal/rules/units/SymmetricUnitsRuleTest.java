package io.github.dl4jstability.listeners.internal.rules.units;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.Severity;
import io.github.dl4jstability.listeners.internal.observation.Inspection.Twins;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure;
import io.github.dl4jstability.listeners.internal.observation.NonFinite;
import io.github.dl4jstability.listeners.internal.rules.Asked;
import io.github.dl4jstability.listeners.internal.rules.Observations;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SymmetricUnitsRuleTest {
  private final Asked rule = new Asked(new SymmetricUnitsRule());

  private static Optional<Diagnosis> judge(Asked rule, Observations run, int iterations) {
    Optional<Diagnosis> last = Optional.empty();
    for (int i = 0; i < iterations; i++) {
      last = rule.judge(run.next());
    }
    return last;
  }

  @Test
  void shouldNameTheLayerWhenItsUnitsAreCopiesAtTwoLooks() {
    Observations run =
        new Observations(4)
            .twins(new Twins(20, 0, 20), new Twins(20, 10, 15), new Twins(20, 0, 20), Twins.ABSENT);
    assertThat(judge(rule, run, 1)).isEmpty();
    Diagnosis diagnosis = judge(rule, run, 1).orElseThrow();
    assertThat(diagnosis.severity()).isEqualTo(Severity.WARNING);
    assertThat(diagnosis.layers()).containsExactly("layer1");
    assertThat(diagnosis.iteration()).isZero();
    assertThat(diagnosis.evidence().get("lost share")).isCloseTo(0.25, within(1e-9));
    assertThat(diagnosis.explanation()).contains("10 of the 20 units").contains("15 units");
  }

  @Test
  void shouldNameAllHiddenLayersButNotTheOutputWhenAllWeightsAreEqual() {
    Twins all = new Twins(20, 20, 1);
    Observations run = new Observations(4).twins(all, all, all, new Twins(3, 3, 1));
    assertThat(judge(rule, run, 2).orElseThrow().layers())
        .containsExactly("layer0", "layer1", "layer2");
  }

  @Test
  void shouldStaySilentWhenTwinsPartAtTheFirstStep() {
    Twins all = new Twins(20, 20, 1);
    Twins none = new Twins(20, 0, 20);
    Observations run = new Observations(3).twins(all, all, Twins.ABSENT);
    judge(rule, run, 1);
    assertThat(judge(rule, run.twins(none, none, Twins.ABSENT), 20)).isEmpty();
  }

  @Test
  void shouldStaySilentWhenALogisticRegressionStartsFromZeros() {
    Observations run = new Observations(1).twins(new Twins(3, 3, 1));
    assertThat(judge(rule, run, 50)).isEmpty();
  }

  @Test
  void shouldBeInformationWhenOneOfManyUnitsIsLost() {
    Observations run = new Observations(2).twins(new Twins(100, 2, 99), Twins.ABSENT);
    assertThat(judge(rule, run, 2).orElseThrow().severity()).isEqualTo(Severity.INFO);
  }

  @Test
  void shouldBeWithdrawnWhenTheTwinsPart() {
    Observations run = new Observations(2).twins(new Twins(100, 50, 75), Twins.ABSENT);
    assertThat(judge(rule, run, 5)).isPresent();
    assertThat(judge(rule, run.twins(new Twins(100, 0, 100), Twins.ABSENT), 1)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"20, 19, WARNING", "25, 24, INFO"})
  void shouldWarnFromATwentiethOfTheUnitsOn(int units, int distinct, Severity severity) {
    Observations run = new Observations(2).twins(new Twins(units, 2, distinct), Twins.ABSENT);
    assertThat(judge(rule, run, 2).orElseThrow().severity()).isEqualTo(severity);
  }

  @Test
  void shouldTellOfTheLayerThatLosesMostAndStandBetweenTheLooks() {
    Observations run =
        new Observations(3).twins(new Twins(20, 2, 19), new Twins(20, 20, 4), Twins.ABSENT);
    judge(rule, run, 2);
    Diagnosis diagnosis = judge(rule, run.twins(), 5).orElseThrow();
    assertThat(diagnosis.layers()).containsExactly("layer0", "layer1");
    assertThat(diagnosis.evidence()).containsEntry("distinct units", 4.0);
  }

  @Test
  void shouldLeaveOutLayersThatAreNotTrained() {
    Observations run =
        new Observations(2)
            .layers(
                layer ->
                    new NetworkStructure.Layer(
                        layer.name(), layer.type(), "tanh", 1, false, false, layer.setup()))
            .twins(new Twins(20, 20, 1), Twins.ABSENT);
    assertThat(judge(rule, run, 10)).isEmpty();
  }

  @Test
  void shouldNameItsCondition() {
    assertThat(rule.conditions()).containsExactly(Condition.SYMMETRIC_UNITS);
  }

  @Test
  void shouldNotTakeRowsOfNanForTwins() {
    Twins all = new Twins(20, 20, 1);
    Observations run =
        new Observations(3)
            .twins(all, all, Twins.ABSENT)
            .nonFinite(NonFinite.Stage.PARAMETERS_BEFORE, 0);
    assertThat(judge(rule, run, 20)).isEmpty();
  }
}
