package io.github.dl4jstability.listeners.internal.diagnosis;

import io.github.dl4jstability.listeners.Condition;
import java.util.List;
import java.util.function.Supplier;

/**
 * Everything that the engine has to know about one condition. What users read about it is on the
 * page {@link Condition#page()}.
 *
 * @param condition what is judged
 * @param place how far upstream it is, 0 first: of conditions that are equally bad and began
 *     together, the one to mend first; {@link #SYMPTOM} for those that only others bring about
 * @param rules make a rule for each run; none if a rule of another entry judges it too
 * @param causes which conditions bring it about, in the order in which they are tried: the nearest
 *     cause first
 * @param countsAsInformation whether it is a cause even as an information: because only its effect
 *     shows that it matters
 */
public record CatalogueEntry(
    Condition condition,
    int place,
    List<Supplier<Rule>> rules,
    List<CausalLink> causes,
    boolean countsAsInformation) {

  /** The place of what is only ever brought about by something else. */
  public static final int SYMPTOM = 100;

  /** Copies the lists. */
  public CatalogueEntry {
    rules = List.copyOf(rules);
    causes = List.copyOf(causes);
  }

  /**
   * Returns an entry without rules and causes.
   *
   * @param condition what is judged
   * @param place how far upstream it is, 0 first
   * @return the entry
   */
  public static CatalogueEntry of(Condition condition, int place) {
    return new CatalogueEntry(condition, place, List.of(), List.of(), false);
  }

  /**
   * Adds the rules that judge the condition.
   *
   * @param rules make a rule for each run
   * @return the entry with them
   */
  @SafeVarargs
  public final CatalogueEntry judgedBy(Supplier<Rule>... rules) {
    return new CatalogueEntry(condition, place, List.of(rules), causes, countsAsInformation);
  }

  /**
   * Adds what brings the condition about.
   *
   * @param causes the nearest cause first
   * @return the entry with them
   */
  public CatalogueEntry causedBy(CausalLink... causes) {
    return new CatalogueEntry(condition, place, rules, List.of(causes), countsAsInformation);
  }

  /**
   * Makes the condition a cause even as an information.
   *
   * @return the entry so changed
   */
  public CatalogueEntry countingAsInformation() {
    return new CatalogueEntry(condition, place, rules, causes, true);
  }
}
