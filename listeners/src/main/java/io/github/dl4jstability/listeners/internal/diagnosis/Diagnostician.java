package io.github.dl4jstability.listeners.internal.diagnosis;

import static java.util.Objects.requireNonNull;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.DiagnosisEvent;
import io.github.dl4jstability.listeners.DiagnosisEvent.Kind;
import io.github.dl4jstability.listeners.internal.history.Numbers;
import io.github.dl4jstability.listeners.internal.history.RunHistory;
import io.github.dl4jstability.listeners.internal.observation.Observation;
import io.github.dl4jstability.listeners.internal.observation.StationaryNumbers;
import io.github.dl4jstability.listeners.internal.observation.UnitHealth;
import io.github.dl4jstability.listeners.internal.observation.Witness;
import io.github.dl4jstability.listeners.internal.stall.detection.Stall;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs the rules over a run and tells what changed. One diagnosis per condition stands at a time;
 * it is raised once, updated when its severity or its cause changes or it has lasted twice as long,
 * and withdrawn.
 *
 * <p>If two rules give the same condition, the more severe of their diagnoses stands, then the
 * earlier one. A rule that throws is left out from then on; the others go on.
 */
public final class Diagnostician {
  private final List<RuleInUse> rulesInUse = new ArrayList<>();
  private final RunHistory history = new RunHistory();

  private final Set<Condition> without;
  private final BiConsumer<String, RuntimeException> faults;
  private final Witness witness;
  private final Map<Condition, ActiveDiagnosis> active = new EnumMap<>(Condition.class);
  private final RootCauses causes;
  private int nextSerial;
  private int nextUpdate = Integer.MAX_VALUE;
  private int lastIteration = -1;

  /** A rule and its current diagnosis. */
  private static final class RuleInUse {
    final Rule rule;
    final boolean waits;
    @Nullable Diagnosis current;

    RuleInUse(Rule rule) {
      this.rule = rule;
      this.waits = rule.waitsForLooks();
    }
  }

  /**
   * Creates a diagnostician for one run.
   *
   * @param catalogue which rules there are, and how conditions bring each other about
   * @param without what not to judge
   * @param faults told the name and the fault of a rule that failed
   */
  public Diagnostician(
      Catalogue catalogue, Set<Condition> without, BiConsumer<String, RuntimeException> faults) {
    this(catalogue, without, faults, Witness.NONE);
  }

  /**
   * Creates a diagnostician for one run.
   *
   * @param catalogue which rules there are, and how conditions bring each other about
   * @param without what not to judge
   * @param faults told the name and the fault of a rule that failed
   * @param witness sees all that the rules are given, before they are
   */
  public Diagnostician(
      Catalogue catalogue,
      Set<Condition> without,
      BiConsumer<String, RuntimeException> faults,
      Witness witness) {
    this(catalogue.rules(without), new RootCauses(catalogue), without, faults, witness);
  }

  Diagnostician(
      List<? extends Rule> rules,
      RootCauses causes,
      Set<Condition> without,
      BiConsumer<String, RuntimeException> faults,
      Witness witness) {
    rules.forEach(rule -> rulesInUse.add(new RuleInUse(rule)));
    this.causes = causes;
    this.without = Set.copyOf(without);
    this.faults = faults;
    this.witness = witness;
  }

  /**
   * Judges one more iteration.
   *
   * @param observation what was measured
   * @return what changed, causes before their consequences
   */
  public List<DiagnosisEvent> judge(Observation observation) {
    witness.observed(observation);
    int iteration = observation.iteration();
    history.add(observation);
    boolean changed = listen(observation);
    int distance = Math.max(1, iteration - lastIteration);
    lastIteration = iteration;
    if (!changed && iteration < nextUpdate) {
      return List.of();
    }
    List<DiagnosisEvent> events = new ArrayList<>();
    Map<Condition, RuleInUse> present = present();
    withdraw(present.keySet(), iteration, events);
    present.forEach((condition, inUse) -> take(condition, inUse, iteration));
    causes.link(active.values(), observation.structure(), iteration, distance);
    active.values().stream()
        .sorted(Comparator.comparingInt(ActiveDiagnosis::depth))
        .forEach(c -> report(c, iteration, events));
    nextUpdate =
        active.values().stream().mapToInt(c -> c.nextUpdate).min().orElse(Integer.MAX_VALUE);
    return events;
  }

  /**
   * Returns the stall that goes on, for the curvature probe to look at.
   *
   * @return the stall, if the loss does not get better and somebody wants to know why
   */
  public Optional<Stall> stall() {
    return stallRules().findAny().flatMap(rule -> history.stall());
  }

  /**
   * Returns how long present steps are against the gradient.
   *
   * @return ‖Δw‖ / ‖g‖ of recent iterations; NaN if unknown
   */
  public double stepPerGradient() {
    return history.steps().stepPerGradient();
  }

  /**
   * Takes what was measured at the place of the present stall, for the next iteration's judgement.
   *
   * @param numbers what was measured
   */
  public void lookedAt(StationaryNumbers numbers) {
    witness.lookedAt(numbers);
    stallRules().forEach(rule -> rule.probed(numbers));
  }

  /**
   * Takes why nothing was measured at the place of the present stall.
   *
   * @param reason why, as part of a sentence
   */
  public void notLookedAt(String reason) {
    witness.notLookedAt(reason);
    stallRules().forEach(rule -> rule.notProbed(reason));
  }

  private Stream<Rule> stallRules() {
    return rulesInUse.stream().map(inUse -> inUse.rule).filter(Rule::judgesStalls);
  }

  /** Asks each rule; returns whether the diagnosis of any of them changed. */
  private boolean listen(Observation observation) {
    boolean changed = false;
    boolean looked =
        observation.inspection().isPresent()
            || Numbers.isAny(observation.unitHealth(), UnitHealth::isPresent);
    for (int i = 0; i < rulesInUse.size(); i++) {
      RuleInUse inUse = rulesInUse.get(i);
      if (inUse.waits && !looked) {
        continue;
      }
      Diagnosis before = inUse.current;
      try {
        inUse.current =
            inUse
                .rule
                .judge(history)
                .filter(diagnosis -> !without.contains(diagnosis.condition()))
                .orElse(null);
      } catch (RuntimeException fault) {
        inUse.current = null;
        rulesInUse.remove(i--);
        faults.accept(inUse.rule.getClass().getSimpleName(), fault);
      }
      changed |= !Objects.equals(inUse.current, before);
    }
    return changed;
  }

  private Map<Condition, RuleInUse> present() {
    Map<Condition, RuleInUse> present = new EnumMap<>(Condition.class);
    for (RuleInUse inUse : rulesInUse) {
      if (inUse.current != null) {
        present.merge(inUse.current.condition(), inUse, Diagnostician::theMoreUrgent);
      }
    }
    return present;
  }

  private static RuleInUse theMoreUrgent(RuleInUse first, RuleInUse second) {
    Diagnosis a = requireNonNull(first.current);
    Diagnosis b = requireNonNull(second.current);
    int bySeverity = a.severity().compareTo(b.severity());
    return bySeverity > 0 || (bySeverity == 0 && a.iteration() <= b.iteration()) ? first : second;
  }

  private void withdraw(Set<Condition> present, int iteration, List<DiagnosisEvent> events) {
    for (ActiveDiagnosis ended : List.copyOf(active.values())) {
      Condition condition = ended.current.condition();
      if (!present.contains(condition)) {
        active.remove(condition);
        causes.end(ended, iteration);
        events.add(event(Kind.WITHDRAWN, ended, iteration));
      }
    }
  }

  private void take(Condition condition, RuleInUse inUse, int iteration) {
    Diagnosis current = requireNonNull(inUse.current);
    ActiveDiagnosis known =
        active.computeIfAbsent(
            condition, c -> new ActiveDiagnosis(nextSerial++, iteration, current));
    known.current = current;
    known.mayHaveCause = inUse.rule.mayBeConsequence();
  }

  private static void report(ActiveDiagnosis c, int iteration, List<DiagnosisEvent> events) {
    Diagnosis before = c.lastReported;
    if (before == null || isOtherKind(before, c.reported) || iteration >= c.nextUpdate) {
      c.nextUpdate = iteration + Math.max(1, iteration - c.onset());
      c.lastReported = c.reported;
      events.add(event(before == null ? Kind.RAISED : Kind.UPDATED, c, iteration));
    }
  }

  private static boolean isOtherKind(Diagnosis before, Diagnosis now) {
    return before.severity() != now.severity()
        || before.root().condition() != now.root().condition()
        || !before.cause().map(Diagnosis::condition).equals(now.cause().map(Diagnosis::condition));
  }

  private static DiagnosisEvent event(Kind kind, ActiveDiagnosis c, int iteration) {
    return new DiagnosisEvent(kind, iteration, c.serial, c.reported);
  }
}
