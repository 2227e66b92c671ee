package io.github.dl4jstability.listeners.internal.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.DiagnosisEvent;
import io.github.dl4jstability.listeners.DiagnosisEvent.Kind;
import io.github.dl4jstability.listeners.RecordedLog;
import io.github.dl4jstability.listeners.RecordedLog.Line;
import io.github.dl4jstability.listeners.Severity;
import io.github.dl4jstability.listeners.internal.observation.Observation;
import io.github.dl4jstability.listeners.internal.recording.SyntheticRun;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.event.Level;

/** What a person reads in the log while training runs. */
class LogSinkTest {
  private final RecordedLog log = new RecordedLog();
  private final LogSink sink = new LogSink(log.logger());

  private final Observation observation =
      SyntheticRun.withLayers(3).observation(40, 0.5, Collections.nCopies(3, 0.1));

  private void tell(Kind kind, int serial, int iteration, Diagnosis diagnosis) {
    sink.accept(observation, List.of(new DiagnosisEvent(kind, iteration, serial, diagnosis)));
  }

  private void raise(Diagnosis diagnosis) {
    tell(Kind.RAISED, 0, 40, diagnosis);
  }

  private List<String> texts() {
    return log.lines().stream().map(Line::text).toList();
  }

  private static Diagnosis vanishing(String... layers) {
    return diagnosis(Condition.VANISHING_GRADIENT, 31, "The gradient fades to 3.2e-9.", layers);
  }

  private static Diagnosis diagnosis(
      Condition condition, int iteration, String explanation, String... layers) {
    return new Diagnosis(
        condition,
        Severity.WARNING,
        iteration,
        0,
        List.of(layers),
        Map.of("ratio", 3.2e-9),
        explanation,
        "Use .weightInit(new HeNormal()).",
        Optional.empty());
  }

  @Test
  void shouldTellWhatWhereSinceWhenWhyAndTheRemedyInOneLine() {
    raise(vanishing("first", "second"));
    assertThat(log.lines())
        .containsExactly(
            new Line(
                Level.WARN,
                "Iteration 40: Vanishing gradient in layers first, second since iteration 31. The"
                    + " gradient fades to 3.2e-9. Remedy: Use .weightInit(new HeNormal())."
                    + " (docs/conditions/vanishing-gradient.md)"));
  }

  @ParameterizedTest
  @CsvSource({"INFO, INFO", "WARNING, WARN", "ERROR, ERROR"})
  void shouldWriteAtTheLevelOfTheSeverity(Severity severity, Level level) {
    raise(vanishing("first").withSeverity(severity));
    assertThat(log.lines()).extracting(Line::level).containsExactly(level);
  }

  @Test
  void shouldWriteNothingWhenOnlyTheNumbersChange() {
    raise(vanishing("first"));
    Diagnosis later =
        diagnosis(
            Condition.VANISHING_GRADIENT, 31, "The gradient fades to 1e-9.", "first", "second");
    tell(Kind.UPDATED, 0, 60, later);
    assertThat(log.lines()).hasSize(1);
  }

  @Test
  void shouldWriteAgainWhenTheSeverityChanges() {
    raise(vanishing("first"));
    tell(Kind.UPDATED, 0, 60, vanishing("first").withSeverity(Severity.ERROR));
    assertThat(log.lines()).extracting(Line::level).containsExactly(Level.WARN, Level.ERROR);
    assertThat(texts().get(1))
        .startsWith("Iteration 60: Vanishing gradient in layer first since iteration 31. ");
  }

  @Test
  void shouldOnlyNameTheRootOfAConsequence() {
    Diagnosis root = diagnosis(Condition.LEARNING_RATE_TOO_HIGH, 12, "The rate is 50.");
    Diagnosis between = diagnosis(Condition.EXPLODING_GRADIENT, 14, "It grows.").causedBy(root);
    Diagnosis last =
        diagnosis(Condition.NON_FINITE, 15, "NaN appeared.", "first")
            .withSeverity(Severity.ERROR)
            .causedBy(between);
    raise(last);
    assertThat(log.lines())
        .containsExactly(
            new Line(
                Level.INFO,
                "Iteration 40: Non-finite in layer first since iteration 15, in consequence of"
                    + " learning rate too high since iteration 12."));
  }

  @Test
  void shouldWriteAgainWhenACauseIsFoundReplacedOrGone() {
    Diagnosis alone = vanishing("first");
    Diagnosis weights = diagnosis(Condition.POOR_INITIALIZATION, 0, "Weights are small.");
    Diagnosis units = diagnosis(Condition.SATURATED_UNITS, 20, "Units are flat.");
    raise(alone);
    tell(Kind.UPDATED, 0, 41, alone.causedBy(weights));
    tell(Kind.UPDATED, 0, 42, alone.causedBy(weights).withSeverity(Severity.ERROR));
    tell(Kind.UPDATED, 0, 43, alone.causedBy(units));
    tell(Kind.UPDATED, 0, 44, alone);
    assertThat(texts())
        .satisfiesExactly(
            first -> assertThat(first).startsWith("Iteration 40: ").contains(" Remedy: "),
            found ->
                assertThat(found)
                    .startsWith("Iteration 41: ")
                    .endsWith(", in consequence of poor initialization since iteration 0."),
            replaced ->
                assertThat(replaced)
                    .startsWith("Iteration 43: ")
                    .endsWith(", in consequence of saturated units since iteration 20."),
            gone -> assertThat(gone).startsWith("Iteration 44: ").contains(" Remedy: "));
  }

  @Test
  void shouldSayWhatNoLongerHolds() {
    raise(vanishing("first").withSeverity(Severity.ERROR));
    tell(Kind.WITHDRAWN, 0, 80, vanishing("first").withSeverity(Severity.ERROR));
    assertThat(log.lines())
        .last()
        .isEqualTo(new Line(Level.INFO, "Iteration 80: no longer vanishing gradient."));
  }

  @Test
  void shouldWriteAgainWhatComesBack() {
    raise(vanishing("first"));
    tell(Kind.WITHDRAWN, 0, 80, vanishing("first"));
    tell(Kind.RAISED, 0, 90, vanishing("first"));
    assertThat(texts()).hasSize(3);
    assertThat(texts().get(2)).startsWith("Iteration 90: Vanishing gradient ");
  }

  @Test
  void shouldTellDiagnosesApart() {
    raise(vanishing("first"));
    tell(Kind.RAISED, 1, 41, vanishing("second"));
    tell(Kind.UPDATED, 0, 42, vanishing("first"));
    tell(Kind.UPDATED, 1, 42, vanishing("second"));
    assertThat(texts()).hasSize(2);
  }

  @Test
  void shouldWriteOneLineForEachOfSeveralEvents() {
    sink.accept(
        observation,
        List.of(
            new DiagnosisEvent(Kind.RAISED, 40, 0, vanishing("first")),
            new DiagnosisEvent(Kind.RAISED, 40, 1, vanishing("second"))));
    assertThat(texts()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | Iteration 40: Vanishing gradient since iteration 31. ",
        "1 | Iteration 40: Vanishing gradient in layer 0 since iteration 31. ",
        "6 | Iteration 40: Vanishing gradient in layers 0, 1, 2, 3, 4, 5 since iteration 31. ",
        "7 | Iteration 40: Vanishing gradient in layers 0, 1, 2, 3, 4, 5 and 1 more since",
        "90 | Iteration 40: Vanishing gradient in layers 0, 1, 2, 3, 4, 5 and 84 more since"
      })
  void shouldShortenLongListsOfLayers(int layers, String start) {
    raise(vanishing(IntStream.range(0, layers).mapToObj(Integer::toString).toArray(String[]::new)));
    assertThat(texts()).singleElement().asString().startsWith(start.strip());
  }
}
