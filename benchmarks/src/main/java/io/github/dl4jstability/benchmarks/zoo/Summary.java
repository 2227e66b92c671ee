package io.github.dl4jstability.benchmarks.zoo;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What became of all combinations, in a few lines. */
final class Summary {
  private static final int MOST_NAMES = 40;

  private final Collection<Step.Told> results;

  Summary(Collection<Step.Told> results) {
    this.results = List.copyOf(results);
  }

  /** Tells whether the listener harmed any of them. */
  boolean isHarm() {
    return results.stream().anyMatch(told -> told.step().isHarm());
  }

  long count(Step step) {
    return results.stream().filter(told -> told.step() == step).count();
  }

  /**
   * Returns the counts, then each combination that was harmed, then why some were not looked at.
   */
  String text() {
    StringBuilder text = new StringBuilder();
    text.append(String.format("%d combinations%n", results.size()));
    for (Step step : Step.values()) {
      if (!step.isOnTheWay() && (step.isHarm() || count(step) > 0)) {
        text.append(String.format("%6d %s%n", count(step), step.meaning()));
      }
    }
    results.stream()
        .filter(told -> told.step().isHarm())
        .limit(MOST_NAMES)
        .forEach(told -> text.append(line(told)));
    for (Step step :
        List.of(Step.NOT_LOOKED, Step.IMPOSSIBLE, Step.UNREPEATABLE, Step.BARE_CRASH)) {
      text.append(reasons(step));
    }
    return text.toString();
  }

  private static String line(Step.Told told) {
    return String.format("%s: %s (%s)%n", told.step(), told.id(), told.detail());
  }

  /** Groups by what was said, without numbers, and by family. */
  private String reasons(Step step) {
    Map<String, Map<String, Long>> reasons =
        results.stream()
            .filter(told -> told.step() == step)
            .collect(
                Collectors.groupingBy(
                    told -> told.detail().replaceAll("[0-9][0-9.,e-]*", "#"),
                    LinkedHashMap::new,
                    Collectors.groupingBy(
                        told -> told.id().substring(0, told.id().indexOf('/')),
                        TreeMap::new,
                        Collectors.counting())));
    return reasons.entrySet().stream()
        .map(reason -> String.format("%s: %s %s%n", step, reason.getKey(), reason.getValue()))
        .collect(Collectors.joining());
  }
}
