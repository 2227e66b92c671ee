package io.github.dl4jstability.listeners.internal.diagnosis;

import static java.util.stream.Collectors.toMap;

import io.github.dl4jstability.listeners.Condition;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** All conditions that the engine can judge: one {@link CatalogueEntry} for each. Immutable. */
public final class Catalogue {
  private final Map<Condition, CatalogueEntry> entries;

  /**
   * Creates a catalogue.
   *
   * @param entries one for each condition; rules are asked in their order
   * @throws IllegalArgumentException if a condition has two entries
   */
  public Catalogue(Collection<CatalogueEntry> entries) {
    this.entries =
        entries.stream()
            .collect(
                toMap(
                    CatalogueEntry::condition,
                    entry -> entry,
                    (first, second) -> {
                      throw new IllegalArgumentException(
                          "a condition has one entry; " + first.condition() + " has two");
                    },
                    () -> new EnumMap<>(Condition.class)));
  }

  /**
   * Makes the rules of a run.
   *
   * @param without what not to judge
   * @return new rules, but for those that judge nothing else
   */
  List<Rule> rules(Set<Condition> without) {
    return entries.values().stream()
        .flatMap(entry -> entry.rules().stream())
        .map(maker -> (Rule) maker.get())
        .filter(rule -> !without.containsAll(rule.conditions()))
        .toList();
  }

  /**
   * Returns what brings a condition about.
   *
   * @param effect the condition
   * @return the links in the order in which they are tried
   */
  public List<CausalLink> causesOf(Condition effect) {
    return entry(effect).map(CatalogueEntry::causes).orElse(List.of());
  }

  /**
   * Tells how far upstream a condition is.
   *
   * @param condition the condition
   * @return 0 for what to mend first
   */
  public int placeOf(Condition condition) {
    return entry(condition).map(CatalogueEntry::place).orElse(CatalogueEntry.SYMPTOM);
  }

  /** Tells whether a condition is a cause even as an information. */
  boolean countsAsInformation(Condition condition) {
    return entry(condition).filter(CatalogueEntry::countsAsInformation).isPresent();
  }

  /**
   * Returns what is known about a condition.
   *
   * @param condition the condition
   * @return its entry; empty if nothing judges it
   */
  public Optional<CatalogueEntry> entry(Condition condition) {
    return Optional.ofNullable(entries.get(condition));
  }
}
