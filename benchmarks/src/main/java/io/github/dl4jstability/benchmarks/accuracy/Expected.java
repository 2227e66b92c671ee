package io.github.dl4jstability.benchmarks.accuracy;

import static java.util.Objects.requireNonNull;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Severity;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * What a perfect diagnosis would say about a run.
 *
 * @param primary the root cause; empty if the run is healthy
 * @param alternatives conditions that are as right as the root cause
 * @param companions conditions that may stand beside it as its consequences; in a healthy run: that
 *     may be said in passing, but must be withdrawn by the end
 * @param layers names of the layers that must be told; empty if it is not bound to layers
 * @param furtherLayers names of layers that may be told too; with {@code layers} empty, at least
 *     one of them must be told
 * @param onset the iteration, from 0, in which the fault begins
 * @param leastSeverity the severity that counts as detected
 * @param well whether training is well, so that every warning is a false alarm
 * @param number a number that the evidence must hold within 5 %, if any
 */
public record Expected(
    Optional<Condition> primary,
    Set<Condition> alternatives,
    Set<Condition> companions,
    Set<String> layers,
    Set<String> furtherLayers,
    int onset,
    Severity leastSeverity,
    boolean well,
    OptionalDouble number) {

  /** Copies the sets and rejects missing parts and a negative onset. */
  public Expected {
    requireNonNull(primary, "primary");
    alternatives = Set.copyOf(alternatives);
    companions = Set.copyOf(companions);
    layers = Set.copyOf(layers);
    furtherLayers = Set.copyOf(furtherLayers);
    requireNonNull(leastSeverity, "leastSeverity");
    requireNonNull(number, "number");
    if (onset < 0) {
      throw new IllegalArgumentException("onset must be at least 0, was " + onset);
    }
  }

  /**
   * Expects silence.
   *
   * @return no condition
   */
  public static Expected healthy() {
    return of(Optional.empty(), Severity.WARNING, true);
  }

  /**
   * Expects a root cause, told as a warning or an error, from the first iteration on.
   *
   * @param condition the root cause
   * @return only this condition, at no layer in particular
   */
  public static Expected fault(Condition condition) {
    return of(Optional.of(condition), Severity.WARNING, false);
  }

  /**
   * Expects a condition that is no trouble, told as an information; a warning would be a false
   * alarm.
   *
   * @param condition the condition
   * @return only this condition
   */
  public static Expected information(Condition condition) {
    return of(Optional.of(condition), Severity.INFO, true);
  }

  private static Expected of(Optional<Condition> primary, Severity leastSeverity, boolean well) {
    return new Expected(
        primary,
        Set.of(),
        Set.of(),
        Set.of(),
        Set.of(),
        0,
        leastSeverity,
        well,
        OptionalDouble.empty());
  }

  /**
   * Adds conditions that are as right as the root cause.
   *
   * @param conditions the conditions
   * @return a changed copy
   */
  public Expected or(Condition... conditions) {
    return new Expected(
        primary,
        union(alternatives, conditions),
        companions,
        layers,
        furtherLayers,
        onset,
        leastSeverity,
        well,
        number);
  }

  /**
   * Adds conditions that may stand beside the root cause.
   *
   * @param conditions the conditions
   * @return a changed copy
   */
  public Expected beside(Condition... conditions) {
    return new Expected(
        primary,
        alternatives,
        union(companions, conditions),
        layers,
        furtherLayers,
        onset,
        leastSeverity,
        well,
        number);
  }

  /**
   * Adds layers that must be told.
   *
   * @param names names of layers
   * @return a changed copy
   */
  public Expected at(String... names) {
    Set<String> all = new LinkedHashSet<>(layers);
    all.addAll(Arrays.asList(names));
    return new Expected(
        primary, alternatives, companions, all, furtherLayers, onset, leastSeverity, well, number);
  }

  /**
   * Adds layers that may be told.
   *
   * @param names names of layers
   * @return a changed copy
   */
  public Expected among(String... names) {
    Set<String> all = new LinkedHashSet<>(furtherLayers);
    all.addAll(Arrays.asList(names));
    return new Expected(
        primary, alternatives, companions, layers, all, onset, leastSeverity, well, number);
  }

  /**
   * Sets when the fault begins.
   *
   * @param iteration the first iteration, from 0, that has it
   * @return a changed copy
   */
  public Expected from(int iteration) {
    return new Expected(
        primary,
        alternatives,
        companions,
        layers,
        furtherLayers,
        iteration,
        leastSeverity,
        well,
        number);
  }

  /**
   * Sets a number that the evidence must hold.
   *
   * @param value the true value; 5 % off is right
   * @return a changed copy
   */
  public Expected showing(double value) {
    return new Expected(
        primary,
        alternatives,
        companions,
        layers,
        furtherLayers,
        onset,
        leastSeverity,
        well,
        OptionalDouble.of(value));
  }

  /**
   * Lets an information count as detected.
   *
   * @return a changed copy
   */
  public Expected evenAsInformation() {
    return new Expected(
        primary,
        alternatives,
        companions,
        layers,
        furtherLayers,
        onset,
        Severity.INFO,
        well,
        number);
  }

  /**
   * Returns whether a condition is right as the root cause.
   *
   * @param condition what was said
   * @return true for the root cause and its alternatives
   */
  public boolean isCause(Condition condition) {
    return (primary.isPresent() && primary.get() == condition) || alternatives.contains(condition);
  }

  /**
   * Returns whether the told layers are right: all that must be told and none but those that may.
   *
   * @param told names of layers
   * @return empty if the fault is not bound to layers
   */
  public Optional<Boolean> areRightLayers(Set<String> told) {
    if (layers.isEmpty() && furtherLayers.isEmpty()) {
      return Optional.empty();
    }
    Set<String> allowed = new LinkedHashSet<>(layers);
    allowed.addAll(furtherLayers);
    return Optional.of(!told.isEmpty() && told.containsAll(layers) && allowed.containsAll(told));
  }

  private static Set<Condition> union(Set<Condition> conditions, Condition... more) {
    Set<Condition> all = EnumSet.noneOf(Condition.class);
    all.addAll(conditions);
    all.addAll(Arrays.asList(more));
    return all;
  }
}
