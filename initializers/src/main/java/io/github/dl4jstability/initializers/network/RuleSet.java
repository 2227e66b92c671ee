package io.github.dl4jstability.initializers.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Rules in order: the first one that fits a parameter decides, and a parameter that none fits keeps
 * its value. Immutable.
 *
 * @param rules the rules, first ones first
 */
public record RuleSet(List<Rule> rules) {

  /** Copies the list. */
  public RuleSet {
    rules = List.copyOf(rules);
  }

  /**
   * Makes a set.
   *
   * @param rules the rules, first ones first
   * @return the set
   */
  public static RuleSet of(Rule... rules) {
    return new RuleSet(List.of(rules));
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
    return new RuleSet(all);
  }

  Optional<Rule> ruleFor(NetworkParameter parameter) {
    return rules.stream().filter(rule -> rule.schemeFor(parameter).isPresent()).findFirst();
  }
}
