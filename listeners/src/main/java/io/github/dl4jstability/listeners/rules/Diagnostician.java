package io.github.dl4jstability.listeners.rules;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.DiagnosisEvent;
import io.github.dl4jstability.listeners.DiagnosisEvent.Kind;
import io.github.dl4jstability.listeners.observation.Observation;
import io.github.dl4jstability.listeners.observation.StationaryNumbers;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/**
 * Runs the rules over a run and tells what changed. One diagnosis per condition stands at a time;
 * it is raised once, updated when it changes in kind or has lasted twice as long, and withdrawn.
 *
 * <p>If two rules give the same condition, the more severe of their diagnoses stands, then the
 * earlier one. A rule that throws is left out from then on; the others go on.
 */
public final class Diagnostician {
  private final List<Rule> rules;
  private final StallRule stallRule;
  private final Set<Condition> without;
  private final BiConsumer<String, RuntimeException> faults;
  private final Map<Condition, Standing> standing = new EnumMap<>(Condition.class);
  private int nextSerial;

  /** A diagnosis that holds. */
  private static final class Standing {
    final int serial;
    Diagnosis diagnosis;
    int nextUpdate;

    Standing(int serial, Diagnosis diagnosis) {
      this.serial = serial;
      this.diagnosis = diagnosis;
    }
  }

  /**
   * Creates a diagnostician with all rules but those for some conditions.
   *
   * @param without what not to judge
   * @param faults told the name and the fault of a rule that failed
   * @return a diagnostician for one run
   */
  public static Diagnostician without(
      Set<Condition> without, BiConsumer<String, RuntimeException> faults) {
    StallRule stallRule = new StallRule();
    List<Rule> rules =
        Stream.of(
                new NonFiniteRule(),
                new ExplodingGradientRule(),
                new VanishingGradientRule(),
                stallRule)
            .filter(rule -> !without.containsAll(rule.conditions()))
            .toList();
    return new Diagnostician(rules, stallRule, without, faults);
  }

  Diagnostician(
      List<? extends Rule> rules,
      Set<Condition> without,
      BiConsumer<String, RuntimeException> faults) {
    this(rules, new StallRule(), without, faults);
  }

  private Diagnostician(
      List<? extends Rule> rules,
      StallRule stallRule,
      Set<Condition> without,
      BiConsumer<String, RuntimeException> faults) {
    this.rules = new ArrayList<>(rules);
    this.stallRule = stallRule;
    this.without = Set.copyOf(without);
    this.faults = faults;
  }

  /**
   * Judges one more iteration.
   *
   * @param observation what was measured
   * @return what changed, causes before their consequences
   */
  public List<DiagnosisEvent> judge(Observation observation) {
    Map<Condition, Diagnosis> present = new EnumMap<>(Condition.class);
    for (Rule rule : List.copyOf(rules)) {
      try {
        rule.judge(observation)
            .filter(diagnosis -> !without.contains(diagnosis.condition()))
            .ifPresent(
                diagnosis ->
                    present.merge(diagnosis.condition(), diagnosis, Diagnostician::theMoreUrgent));
      } catch (RuntimeException fault) {
        rules.remove(rule);
        faults.accept(rule.getClass().getSimpleName(), fault);
      }
    }
    present.replaceAll((condition, diagnosis) -> CausalLinks.link(diagnosis, present.values()));
    List<DiagnosisEvent> events = new ArrayList<>();
    withdraw(present, observation.iteration(), events);
    present.values().stream()
        .sorted(Comparator.comparing((Diagnosis diagnosis) -> diagnosis.cause().isPresent()))
        .forEach(diagnosis -> update(diagnosis, observation.iteration(), events));
    return events;
  }

  /**
   * Returns the stall that goes on, for the curvature probe to look at.
   *
   * @return the stall, if the loss does not get better
   */
  public Optional<Stall> stall() {
    return stallRule.stall();
  }

  /**
   * Returns how long present steps are against the gradient.
   *
   * @return ‖Δw‖ / ‖g‖ of recent iterations; NaN if unknown
   */
  public double stepPerGradient() {
    return stallRule.stepPerGradient();
  }

  /**
   * Takes what was measured at the place of the present stall, for the next iteration's judgement.
   *
   * @param numbers what was measured
   */
  public void lookedAt(StationaryNumbers numbers) {
    stallRule.lookedAt(numbers);
  }

  /**
   * Takes why nothing was measured at the place of the present stall.
   *
   * @param reason why, as part of a sentence
   */
  public void notLookedAt(String reason) {
    stallRule.notLookedAt(reason);
  }

  private static Diagnosis theMoreUrgent(Diagnosis a, Diagnosis b) {
    int bySeverity = a.severity().compareTo(b.severity());
    return bySeverity > 0 || (bySeverity == 0 && a.iteration() <= b.iteration()) ? a : b;
  }

  private void withdraw(
      Map<Condition, Diagnosis> present, int iteration, List<DiagnosisEvent> events) {
    standing
        .entrySet()
        .removeIf(
            entry -> {
              boolean gone = !present.containsKey(entry.getKey());
              if (gone) {
                events.add(event(Kind.WITHDRAWN, entry.getValue(), iteration));
              }
              return gone;
            });
  }

  private void update(Diagnosis diagnosis, int iteration, List<DiagnosisEvent> events) {
    Standing known = standing.get(diagnosis.condition());
    if (known == null) {
      Standing raised = new Standing(nextSerial++, diagnosis);
      standing.put(diagnosis.condition(), raised);
      schedule(raised, iteration);
      events.add(event(Kind.RAISED, raised, iteration));
      return;
    }
    boolean changed = isOtherKind(known.diagnosis, diagnosis);
    known.diagnosis = diagnosis;
    if (changed || iteration >= known.nextUpdate) {
      schedule(known, iteration);
      events.add(event(Kind.UPDATED, known, iteration));
    }
  }

  private static boolean isOtherKind(Diagnosis before, Diagnosis now) {
    return before.severity() != now.severity()
        || before.cause().isPresent() != now.cause().isPresent();
  }

  private static void schedule(Standing standing, int iteration) {
    int lasted = Math.max(1, iteration - standing.diagnosis.iteration());
    standing.nextUpdate = iteration + lasted;
  }

  private static DiagnosisEvent event(Kind kind, Standing standing, int iteration) {
    return new DiagnosisEvent(kind, iteration, standing.serial, standing.diagnosis);
  }
}
