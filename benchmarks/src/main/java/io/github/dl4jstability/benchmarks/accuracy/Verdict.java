package io.github.dl4jstability.benchmarks.accuracy;

import io.github.dl4jstability.benchmarks.accuracy.Outcome.Told;
import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.Severity;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A run compared with the truth.
 *
 * @param scenario the scenario's name
 * @param family its family
 * @param seed the run's seed
 * @param condition the expected root cause; empty if the run is healthy
 * @param well whether any warning is a false alarm
 * @param detected whether the expected condition or an alternative was told, with enough severity,
 *     not before the onset
 * @param rightCause whether the root cause that stood last is right
 * @param rightFirst whether the first root cause after the onset was right
 * @param rightLayers whether the layers are right; empty if the fault is not bound to layers
 * @param rightNumber whether the expected number is in the evidence; empty if none is expected
 * @param delay iterations from onset to detection; empty if not detected
 * @param alarm the greatest severity of a false alarm; empty if there was none
 * @param falseStall whether a stall that does not belong to the run was told although the loss went
 *     on falling
 * @param iterations iterations done
 * @param start mean loss of the first twentieth
 * @param end mean loss of the last twentieth
 * @param rising share of iterations whose loss is above that of the one before
 * @param said all that was said, each condition with its greatest severity and first iteration
 */
record Verdict(
    String scenario,
    String family,
    long seed,
    Optional<Condition> condition,
    boolean well,
    boolean detected,
    boolean rightCause,
    boolean rightFirst,
    Optional<Boolean> rightLayers,
    Optional<Boolean> rightNumber,
    OptionalInt delay,
    Optional<Severity> alarm,
    boolean falseStall,
    int iterations,
    double start,
    double end,
    double rising,
    String said) {

  private static final double NUMBER_TOLERANCE = 0.05;

  static Verdict of(Scenario scenario, Outcome outcome) {
    Expected expected = scenario.expected();
    Optional<Told> detection =
        outcome.told().stream().filter(told -> isDetection(expected, told)).findFirst();
    Optional<Told> last =
        outcome.primaries().isEmpty()
            ? Optional.empty()
            : Optional.of(outcome.primaries().get(outcome.primaries().size() - 1));
    Optional<Told> first =
        outcome.primaries().stream()
            .filter(told -> told.iteration() >= expected.onset())
            .findFirst();
    Optional<Diagnosis> lastCause = outcome.atEnd().or(() -> last.map(Told::diagnosis));
    Optional<Diagnosis> judged =
        lastCause
            .filter(diagnosis -> expected.isCause(diagnosis.condition()))
            .or(() -> detection.map(Told::diagnosis));
    boolean faulty = expected.primary().isPresent();
    return new Verdict(
        scenario.name(),
        scenario.family(),
        outcome.seed(),
        expected.primary(),
        expected.well(),
        detection.isPresent(),
        faulty && lastCause.filter(it -> expected.isCause(it.root().condition())).isPresent(),
        faulty && first.filter(it -> isRootCause(expected, it)).isPresent(),
        faulty
            ? expected.areRightLayers(
                judged
                    .map(diagnosis -> new LinkedHashSet<>(diagnosis.layers()))
                    .orElseGet(LinkedHashSet::new))
            : Optional.empty(),
        rightNumber(expected, outcome.told()),
        detection
            .map(told -> OptionalInt.of(told.iteration() - expected.onset()))
            .orElseGet(OptionalInt::empty),
        falseAlarm(expected, outcome),
        expected.well()
            && outcome.told().stream()
                .filter(it -> !expected.companions().contains(it.diagnosis().condition()))
                .anyMatch(it -> isFalseStall(it, outcome)),
        outcome.iterations(),
        outcome.loss().start(),
        outcome.loss().end(),
        outcome.loss().risingShare(),
        said(outcome));
  }

  private static boolean isDetection(Expected expected, Told told) {
    return told.iteration() >= expected.onset()
        && expected.isCause(told.diagnosis().condition())
        && told.diagnosis().severity().compareTo(expected.leastSeverity()) >= 0;
  }

  private static boolean isRootCause(Expected expected, Told told) {
    return expected.isCause(told.diagnosis().root().condition());
  }

  private static Optional<Boolean> rightNumber(Expected expected, List<Told> told) {
    if (expected.number().isEmpty()) {
      return Optional.empty();
    }
    double truth = expected.number().getAsDouble();
    return Optional.of(
        told.stream()
            .map(Told::diagnosis)
            .filter(diagnosis -> expected.isCause(diagnosis.condition()))
            .flatMap(diagnosis -> diagnosis.evidence().values().stream())
            .anyMatch(value -> Math.abs(value - truth) <= NUMBER_TOLERANCE * Math.abs(truth)));
  }

  /**
   * In a run that is well, any warning but those allowed in passing, and those if they stand at the
   * end. In a faulty run, any warning before the onset, and afterwards what is neither the cause
   * nor one of its companions.
   */
  private static Optional<Severity> falseAlarm(Expected expected, Outcome outcome) {
    Optional<Severity> atEnd =
        outcome
            .atEnd()
            .filter(diagnosis -> expected.well())
            .map(Diagnosis::severity)
            .filter(severity -> severity != Severity.INFO);
    Optional<Severity> passing =
        outcome.told().stream()
            .filter(told -> told.diagnosis().severity() != Severity.INFO)
            .filter(told -> !isAllowed(expected, told))
            .map(told -> told.diagnosis().severity())
            .max(Severity::compareTo);
    return passing.isPresent() ? passing : atEnd;
  }

  private static boolean isAllowed(Expected expected, Told told) {
    Condition condition = told.diagnosis().condition();
    return expected.companions().contains(condition)
        || (!expected.well()
            && told.iteration() >= expected.onset()
            && expected.isCause(condition));
  }

  private static boolean isFalseStall(Told told, Outcome outcome) {
    return switch (told.diagnosis().condition()) {
      case SADDLE_POINT, PLATEAU, LOCAL_MINIMUM, GRADIENT_NOISE, LEARNING_RATE_TOO_LOW ->
          outcome.loss().fellAfter(told.iteration());
      default -> false;
    };
  }

  private static String said(Outcome outcome) {
    if (outcome.failure().isPresent()) {
      return "FAILED " + outcome.failure().get();
    }
    Map<Condition, Severity> severities = new TreeMap<>();
    Map<Condition, Integer> iterations = new TreeMap<>();
    for (Told told : outcome.told()) {
      Condition condition = told.diagnosis().condition();
      severities.merge(
          condition, told.diagnosis().severity(), (a, b) -> a.compareTo(b) >= 0 ? a : b);
      iterations.putIfAbsent(condition, told.iteration());
    }
    String all =
        severities.keySet().stream()
            .map(it -> it + " " + severities.get(it) + " @" + iterations.get(it))
            .collect(Collectors.joining(", "));
    String end =
        outcome.atEnd().map(it -> "; at end " + it.condition() + " " + it.layers()).orElse("");
    return all.isEmpty() ? "nothing" : all + end;
  }

  /** Whether the run was judged as it should be. */
  boolean isRight() {
    boolean cause = condition.isEmpty() || (detected && rightCause && rightLayers.orElse(true));
    return cause
        && rightNumber.orElse(true)
        && !hasFailed()
        && !falseStall
        && (alarm.isEmpty() || !well);
  }

  boolean hasFailed() {
    return said.startsWith("FAILED");
  }
}
