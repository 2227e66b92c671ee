package io.github.dl4jstability.benchmarks.accuracy;

import static io.github.dl4jstability.listeners.Condition.DEAD_UNITS;
import static io.github.dl4jstability.listeners.Condition.EXPLODING_GRADIENT;
import static io.github.dl4jstability.listeners.Condition.LOCAL_MINIMUM;
import static io.github.dl4jstability.listeners.Condition.PLATEAU;
import static io.github.dl4jstability.listeners.Condition.VANISHING_GRADIENT;
import static io.github.dl4jstability.listeners.Severity.ERROR;
import static io.github.dl4jstability.listeners.Severity.INFO;
import static io.github.dl4jstability.listeners.Severity.WARNING;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jstability.benchmarks.accuracy.Outcome.Told;
import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.Severity;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class VerdictTest {
  private static final int LENGTH = 100;
  private static final Expected DEAD = Expected.fault(DEAD_UNITS).at("layer1").from(10);

  @Test
  void shouldBeRightWhenTheExpectedCauseIsToldAtItsLayer() {
    Verdict verdict = judge(DEAD, told(15, DEAD_UNITS, WARNING, "layer1"));

    assertThat(verdict.isRight()).isTrue();
    assertThat(verdict.detected()).isTrue();
    assertThat(verdict.rightCause()).isTrue();
    assertThat(verdict.rightFirst()).isTrue();
    assertThat(verdict.rightLayers()).contains(true);
    assertThat(verdict.delay()).hasValue(5);
    assertThat(verdict.alarm()).isEmpty();
  }

  @Test
  void shouldNotCountWhatWasToldBeforeTheOnset() {
    Verdict verdict = judge(DEAD, told(9, DEAD_UNITS, WARNING, "layer1"));

    assertThat(verdict.detected()).isFalse();
    assertThat(verdict.delay()).isEmpty();
    assertThat(verdict.alarm()).contains(WARNING);
  }

  @Test
  void shouldNotCountAnInformationAsDetectionOfAFault() {
    assertThat(judge(DEAD, told(15, DEAD_UNITS, INFO, "layer1")).detected()).isFalse();
    assertThat(judge(DEAD.evenAsInformation(), told(15, DEAD_UNITS, INFO, "layer1")).detected())
        .isTrue();
  }

  @Test
  void shouldTellAWrongLayer() {
    assertThat(judge(DEAD, told(15, DEAD_UNITS, WARNING, "layer2")).rightLayers()).contains(false);
    assertThat(judge(DEAD, told(15, DEAD_UNITS, WARNING, "layer1", "layer2")).rightLayers())
        .contains(false);
    assertThat(
            judge(DEAD.among("layer2"), told(15, DEAD_UNITS, WARNING, "layer1", "layer2"))
                .rightLayers())
        .contains(true);
  }

  @Test
  void shouldDetectButNotNameTheCauseWhenAnotherRootCauseStandsLast() {
    Verdict verdict =
        judge(
            DEAD,
            told(15, DEAD_UNITS, WARNING, "layer1"),
            told(20, VANISHING_GRADIENT, WARNING, "layer0"));

    assertThat(verdict.detected()).isTrue();
    assertThat(verdict.rightFirst()).isTrue();
    assertThat(verdict.rightCause()).isFalse();
    assertThat(verdict.alarm()).contains(WARNING);
    assertThat(verdict.isRight()).isFalse();
  }

  @Test
  void shouldAcceptAlternativesAndCompanions() {
    Expected expected = DEAD.or(PLATEAU).beside(EXPLODING_GRADIENT);

    Verdict verdict =
        judge(
            expected,
            told(11, EXPLODING_GRADIENT, ERROR, "layer0"),
            told(12, PLATEAU, WARNING, "layer1"));

    assertThat(verdict.detected()).isTrue();
    assertThat(verdict.rightCause()).isTrue();
    assertThat(verdict.rightFirst()).isFalse();
    assertThat(verdict.alarm()).isEmpty();
  }

  @Test
  void shouldLookForTheExpectedNumberInTheEvidence() {
    assertThat(judge(DEAD.showing(0.45), told(15, DEAD_UNITS, WARNING, "layer1")).rightNumber())
        .contains(true);
    assertThat(judge(DEAD.showing(0.55), told(15, DEAD_UNITS, WARNING, "layer1")).rightNumber())
        .contains(false);
  }

  @Test
  void shouldCallAnyWarningInAHealthyRunAnAlarm() {
    assertThat(judge(Expected.healthy()).isRight()).isTrue();
    assertThat(judge(Expected.healthy(), told(3, DEAD_UNITS, INFO)).isRight()).isTrue();
    assertThat(judge(Expected.healthy(), told(3, DEAD_UNITS, WARNING)).alarm()).contains(WARNING);
    assertThat(judge(Expected.healthy(), told(3, DEAD_UNITS, ERROR)).alarm()).contains(ERROR);
  }

  @Test
  void shouldTakeAWarningForAnAlarmWhereOnlyAnInformationIsExpected() {
    Expected converged = Expected.information(LOCAL_MINIMUM);

    assertThat(judge(converged, told(50, LOCAL_MINIMUM, INFO)).isRight()).isTrue();
    assertThat(judge(converged, told(50, LOCAL_MINIMUM, WARNING)).isRight()).isFalse();
    assertThat(judge(converged).detected()).isFalse();
  }

  @Test
  void shouldAllowAPassingDiagnosisOnlyIfItIsWithdrawn() {
    Expected passing = Expected.healthy().beside(PLATEAU);
    Told plateau = told(50, PLATEAU, WARNING);

    assertThat(judge(passing, Optional.empty(), constantLoss(), plateau).isRight()).isTrue();
    assertThat(judge(passing, Optional.of(plateau), constantLoss(), plateau).isRight()).isFalse();
  }

  @Test
  void shouldCallAStallFalseWhenTheLossFallsAfterIt() {
    double[] falling = new double[LENGTH];
    Arrays.setAll(falling, i -> 1 - 0.005 * i);
    Told stall = told(50, LOCAL_MINIMUM, INFO);

    Verdict progressing = judge(Expected.healthy(), Optional.empty(), falling, stall);
    Verdict standing = judge(Expected.healthy(), Optional.empty(), constantLoss(), stall);

    assertThat(progressing.falseStall()).isTrue();
    assertThat(progressing.isRight()).isFalse();
    assertThat(standing.falseStall()).isFalse();
  }

  @Test
  void shouldSurviveWritingAndReading() {
    Verdict verdict =
        judge(DEAD.showing(0.45), told(15, DEAD_UNITS, WARNING, "layer1"), told(20, PLATEAU, INFO));

    assertThat(VerdictLine.read(VerdictLine.write(verdict))).isEqualTo(verdict);
    Verdict healthy = judge(Expected.healthy());
    assertThat(VerdictLine.read(VerdictLine.write(healthy))).isEqualTo(healthy);
  }

  private static Verdict judge(Expected expected, Told... told) {
    Optional<Told> atEnd = told.length == 0 ? Optional.empty() : Optional.of(told[told.length - 1]);
    return judge(
        expected, atEnd.filter(it -> it.diagnosis().severity() != INFO), constantLoss(), told);
  }

  private static Verdict judge(
      Expected expected, Optional<Told> atEnd, double[] loss, Told... told) {
    Outcome outcome =
        new Outcome(
            1,
            LENGTH,
            List.of(told),
            List.of(told),
            atEnd.map(Told::diagnosis),
            new LossCurve(loss),
            Optional.empty());
    return Verdict.of(new TinyScenarios.Silent(expected, LENGTH), outcome);
  }

  private static double[] constantLoss() {
    double[] loss = new double[LENGTH];
    Arrays.fill(loss, 1);
    return loss;
  }

  private static Told told(
      int iteration, Condition condition, Severity severity, String... layers) {
    return new Told(
        iteration,
        new Diagnosis(
            condition,
            severity,
            iteration,
            0,
            List.of(layers),
            Map.of("share", 0.46),
            "because",
            "do",
            Optional.empty()));
  }
}
