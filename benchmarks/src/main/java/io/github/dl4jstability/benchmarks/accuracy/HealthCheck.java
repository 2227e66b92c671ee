package io.github.dl4jstability.benchmarks.accuracy;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Tells how the losses of scenarios went, so that one can see whether the healthy are healthy and
 * the faulty faulty. A scenario does not learn if in any run the mean loss of the last twentieth is
 * above {@value #LARGEST_SHARE} of that of the first.
 */
final class HealthCheck {
  private static final double LARGEST_SHARE = 0.9;

  private HealthCheck() {}

  static String of(List<Verdict> verdicts) {
    Map<String, List<Verdict>> byScenario =
        verdicts.stream()
            .collect(Collectors.groupingBy(Verdict::scenario, TreeMap::new, Collectors.toList()));
    return byScenario.entrySet().stream()
        .map(entry -> line(entry.getKey(), entry.getValue()))
        .collect(
            Collectors.joining(
                "\n",
                String.format(
                    "%-60s %10s %10s %8s %8s%n", "scenario", "start", "end", "worst", "rising"),
                "\n"));
  }

  private static String line(String scenario, List<Verdict> runs) {
    double worst = runs.stream().mapToDouble(HealthCheck::share).max().orElse(Double.NaN);
    boolean healthy = runs.get(0).well();
    boolean learns = worst <= LARGEST_SHARE;
    return String.format(
        Locale.ROOT,
        "%-60s %10.3g %10.3g %8.3g %7.0f%% %s",
        scenario,
        runs.stream().mapToDouble(Verdict::start).average().orElse(Double.NaN),
        runs.stream().mapToDouble(Verdict::end).average().orElse(Double.NaN),
        worst,
        100 * runs.stream().mapToDouble(Verdict::rising).average().orElse(Double.NaN),
        healthy == learns ? "" : healthy ? "DOES NOT LEARN" : "learns");
  }

  private static double share(Verdict verdict) {
    double share = verdict.end() / verdict.start();
    return Double.isNaN(share) ? Double.POSITIVE_INFINITY : share;
  }
}
