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
import io.github.dl4jstability.listeners.internal.rules.gradient.ExplodingGradientRule;
import io.github.dl4jstability.listeners.internal.rules.gradient.ExplodingThroughTimeRule;
import io.github.dl4jstability.listeners.internal.rules.gradient.NonFiniteRule;
import io.github.dl4jstability.listeners.internal.rules.gradient.VanishingGradientRule;
import io.github.dl4jstability.listeners.internal.rules.gradient.VanishingThroughTimeRule;
import io.github.dl4jstability.listeners.internal.rules.initialization.InputScaleRule;
import io.github.dl4jstability.listeners.internal.rules.initialization.PoorInitializationRule;
import io.github.dl4jstability.listeners.internal.rules.step.DivergingLossRule;
import io.github.dl4jstability.listeners.internal.rules.step.LearningRateTooHighRule;
import io.github.dl4jstability.listeners.internal.rules.step.LearningRateTooLowRule;
import io.github.dl4jstability.listeners.internal.rules.step.OscillatingLossRule;
import io.github.dl4jstability.listeners.internal.rules.step.TooStrongRegularizationRule;
import io.github.dl4jstability.listeners.internal.rules.step.UnchangedParametersRule;
import io.github.dl4jstability.listeners.internal.rules.units.ConstantOutputRule;
import io.github.dl4jstability.listeners.internal.rules.units.DeadUnitsRule;
import io.github.dl4jstability.listeners.internal.rules.units.SaturatedUnitsRule;
import io.github.dl4jstability.listeners.internal.rules.units.SymmetricUnitsRule;
import io.github.dl4jstability.listeners.internal.stall.detection.Stall;
import io.github.dl4jstability.listeners.internal.stall.verdict.StallRule;
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
  private final List<Voice> voices = new ArrayList<>();
  private final RunHistory history = new RunHistory();

  /** Takes what the probe answers; empty if it is left out. */
  private final Optional<StallRule> stallRule;

  private final Set<Condition> without;
  private final BiConsumer<String, RuntimeException> faults;
  private final Witness witness;
  private final Map<Condition, ActiveDiagnosis> standing = new EnumMap<>(Condition.class);
  private final RootCauses causes = new RootCauses();
  private int nextSerial;
  private int nextUpdate = Integer.MAX_VALUE;
  private int lastIteration = -1;

  /** A rule and what it said last. */
  private static final class Voice {
    final Rule rule;
    final boolean waits;
    @Nullable Diagnosis said;

    Voice(Rule rule) {
      this.rule = rule;
      this.waits = rule.waitsForLooks();
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
    return without(without, faults, Witness.NONE);
  }

  /**
   * Creates a diagnostician with all rules but those for some conditions.
   *
   * @param without what not to judge
   * @param faults told the name and the fault of a rule that failed
   * @param witness sees all that the rules are given, before they are
   * @return a diagnostician for one run
   */
  public static Diagnostician without(
      Set<Condition> without, BiConsumer<String, RuntimeException> faults, Witness witness) {
    List<Rule> rules =
        Stream.of(
                new NonFiniteRule(),
                new ExplodingGradientRule(),
                new ExplodingThroughTimeRule(),
                new VanishingGradientRule(),
                new VanishingThroughTimeRule(),
                new DeadUnitsRule(),
                new SaturatedUnitsRule(),
                new SymmetricUnitsRule(),
                new PoorInitializationRule(),
                new InputScaleRule(),
                new ConstantOutputRule(),
                new LearningRateTooHighRule(),
                new LearningRateTooLowRule(),
                new TooStrongRegularizationRule(),
                new DivergingLossRule(),
                new OscillatingLossRule(),
                new UnchangedParametersRule(),
                new StallRule())
            .filter(rule -> !without.containsAll(rule.conditions()))
            .toList();
    return new Diagnostician(rules, without, faults, witness);
  }

  Diagnostician(
      List<? extends Rule> rules,
      Set<Condition> without,
      BiConsumer<String, RuntimeException> faults) {
    this(rules, without, faults, Witness.NONE);
  }

  private Diagnostician(
      List<? extends Rule> rules,
      Set<Condition> without,
      BiConsumer<String, RuntimeException> faults,
      Witness witness) {
    rules.forEach(rule -> voices.add(new Voice(rule)));
    stallRule =
        rules.stream().filter(StallRule.class::isInstance).map(StallRule.class::cast).findAny();
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
    Map<Condition, Voice> present = present();
    withdraw(present.keySet(), iteration, events);
    present.forEach((condition, voice) -> take(condition, voice, iteration));
    causes.link(standing.values(), observation.structure(), iteration, distance);
    standing.values().stream()
        .sorted(Comparator.comparingInt(ActiveDiagnosis::depth))
        .forEach(c -> tell(c, iteration, events));
    nextUpdate =
        standing.values().stream().mapToInt(c -> c.nextUpdate).min().orElse(Integer.MAX_VALUE);
    return events;
  }

  /**
   * Returns the stall that goes on, for the curvature probe to look at.
   *
   * @return the stall, if the loss does not get better and somebody wants to know why
   */
  public Optional<Stall> stall() {
    return stallRule.flatMap(rule -> history.stall());
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
    stallRule.ifPresent(rule -> rule.lookedAt(numbers));
  }

  /**
   * Takes why nothing was measured at the place of the present stall.
   *
   * @param reason why, as part of a sentence
   */
  public void notLookedAt(String reason) {
    witness.notLookedAt(reason);
    stallRule.ifPresent(rule -> rule.notLookedAt(reason));
  }

  /** Asks each rule; returns whether any of them said something else than before. */
  private boolean listen(Observation observation) {
    boolean changed = false;
    boolean looked =
        observation.inspection().isPresent()
            || Numbers.isAny(observation.unitHealth(), UnitHealth::isPresent);
    for (int i = 0; i < voices.size(); i++) {
      Voice voice = voices.get(i);
      if (voice.waits && !looked) {
        continue;
      }
      Diagnosis before = voice.said;
      try {
        voice.said =
            voice
                .rule
                .judge(history)
                .filter(diagnosis -> !without.contains(diagnosis.condition()))
                .orElse(null);
      } catch (RuntimeException fault) {
        voice.said = null;
        voices.remove(i--);
        faults.accept(voice.rule.getClass().getSimpleName(), fault);
      }
      changed |= !Objects.equals(voice.said, before);
    }
    return changed;
  }

  private Map<Condition, Voice> present() {
    Map<Condition, Voice> present = new EnumMap<>(Condition.class);
    for (Voice voice : voices) {
      if (voice.said != null) {
        present.merge(voice.said.condition(), voice, Diagnostician::theMoreUrgent);
      }
    }
    return present;
  }

  private static Voice theMoreUrgent(Voice first, Voice second) {
    Diagnosis a = requireNonNull(first.said);
    Diagnosis b = requireNonNull(second.said);
    int bySeverity = a.severity().compareTo(b.severity());
    return bySeverity > 0 || (bySeverity == 0 && a.iteration() <= b.iteration()) ? first : second;
  }

  private void withdraw(Set<Condition> present, int iteration, List<DiagnosisEvent> events) {
    for (ActiveDiagnosis ended : List.copyOf(standing.values())) {
      Condition condition = ended.said.condition();
      if (!present.contains(condition)) {
        standing.remove(condition);
        causes.end(ended, iteration);
        events.add(event(Kind.WITHDRAWN, ended, iteration));
      }
    }
  }

  private void take(Condition condition, Voice voice, int iteration) {
    Diagnosis said = requireNonNull(voice.said);
    ActiveDiagnosis known =
        standing.computeIfAbsent(
            condition, c -> new ActiveDiagnosis(nextSerial++, iteration, said));
    known.said = said;
    known.mayHaveCause = voice.rule.mayBeConsequence();
  }

  private static void tell(ActiveDiagnosis c, int iteration, List<DiagnosisEvent> events) {
    Diagnosis before = c.lastEvent;
    if (before == null || isOtherKind(before, c.told) || iteration >= c.nextUpdate) {
      c.nextUpdate = iteration + Math.max(1, iteration - c.onset());
      c.lastEvent = c.told;
      events.add(event(before == null ? Kind.RAISED : Kind.UPDATED, c, iteration));
    }
  }

  private static boolean isOtherKind(Diagnosis before, Diagnosis now) {
    return before.severity() != now.severity()
        || before.root().condition() != now.root().condition()
        || !before.cause().map(Diagnosis::condition).equals(now.cause().map(Diagnosis::condition));
  }

  private static DiagnosisEvent event(Kind kind, ActiveDiagnosis c, int iteration) {
    return new DiagnosisEvent(kind, iteration, c.serial, c.told);
  }
}
