package io.github.dl4jstability.initializers.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Rules in order: the first one that fits a parameter decides, and a parameter that none fits keeps
 * its value. Immutable.
 *
 * @param rules the rules, first ones first
 * @param defaults how many of them, counted from the last, are defaults: that one of these decides
 *     nothing is no mistake and is not reported
 */
public record RuleSet(List<Rule> rules, int defaults) {

  /** Copies the list. */
  public RuleSet {
    rules = List.copyOf(rules);
    if (defaults < 0 || defaults > rules.size()) {
      throw new IllegalArgumentException(
          "defaults must be from 0 to the number of rules, " + rules.size() + ", was " + defaults);
    }
  }

  /**
   * Makes a set.
   *
   * @param rules the rules, first ones first
   * @return the set
   */
  public static RuleSet of(Rule... rules) {
    return new RuleSet(List.of(rules), 0);
  }

  /**
   * Puts rules in front of these, as exceptions from them.
   *
   * @param exceptions the rules that go first
   * @return a new set
   */
  public RuleSet except(Rule... exceptions) {
    List<Rule> all = new ArrayList<>(List.of(exceptions));
    all.addAll(rules);
    return new RuleSet(all, defaults);
  }

  /**
   * Makes all rules defaults, so that none is reported when it decides nothing. Exceptions that are
   * added later are reported.
   *
   * @return a new set
   */
  public RuleSet asDefaults() {
    return new RuleSet(rules, rules.size());
  }

  /** What to say of the rules, other than defaults, that decided nothing. */
  List<String> unused(Set<Rule> used) {
    List<String> unused = new ArrayList<>();
    for (int i = 0; i < rules.size() - defaults; i++) {
      if (!used.contains(rules.get(i))) {
        unused.add("rule " + (i + 1) + ", " + rules.get(i));
      }
    }
    return unused;
  }

  Optional<Rule> ruleFor(NetworkParameter parameter) {
    return rules.stream().filter(rule -> rule.schemeFor(parameter).isPresent()).findFirst();
  }
}
