package io.github.dl4jstability.listeners;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class EvidenceTest {
  private static Diagnosis diagnosis(Map<String, Double> evidence) {
    return new Diagnosis(
        Condition.PLATEAU, Severity.INFO, 0, 0, List.of(), evidence, "", "", Optional.empty());
  }

  @ParameterizedTest
  @EnumSource(Evidence.class)
  void shouldBeFoundByItsLabelAndThatOfALayer(Evidence evidence) {
    assertThat(Evidence.of(evidence.label())).contains(evidence);
    assertThat(Evidence.of(evidence.label("a of b"))).contains(evidence);
  }

  @Test
  void shouldBeFoundWhereTheLabelNamesALayer() {
    assertThat(Evidence.DEAD_SHARE.label("hidden")).isEqualTo("dead share of hidden");
    assertThat(Evidence.of("dead share of hidden")).contains(Evidence.DEAD_SHARE);
    assertThat(Evidence.of("a number of the user")).isEmpty();
  }

  @Test
  void shouldReadItsNumberFromADiagnosis() {
    Diagnosis diagnosis = diagnosis(Map.of("learning rate", 0.1));
    assertThat(Evidence.LEARNING_RATE.isIn(diagnosis)).isTrue();
    assertThat(Evidence.LEARNING_RATE.in(diagnosis)).isEqualTo(0.1);
    assertThat(Evidence.LOSS.isIn(diagnosis)).isFalse();
    assertThat(Evidence.LOSS.in(diagnosis)).isNaN();
  }

  @ParameterizedTest
  @CsvSource({
    "dead share, 0.554, 55.4 %",
    "dead share of hidden, 1, 100 %",
    "dead share, NaN, NaN",
    "examples, 1024, '1,024'",
    "examples, 2.5, 2.5",
    "examples, 123456789, 1.2e+8",
    "iterations, Infinity, infinity",
    "loss, 0.0123, 0.01",
    "loss, 0.00123, 1.2e-3",
    "loss, -0.5, -0.50",
    "loss, 0, 0",
    "loss, 12345, 1.2e+4",
    "of the user, 42, 42"
  })
  void shouldWriteNumbersByTheirUnits(String label, double value, String text) {
    assertThat(Evidence.text(label, value)).isEqualTo(text);
  }
}
