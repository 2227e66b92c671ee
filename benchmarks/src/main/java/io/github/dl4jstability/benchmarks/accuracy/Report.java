package io.github.dl4jstability.benchmarks.accuracy;

import io.github.dl4jstability.listeners.Severity;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Verdicts as Markdown: overall figures, a row per condition and family, and the wrong runs. */
final class Report {
  private static final int LARGEST_SAID = 3;

  private final List<Verdict> verdicts;
  private final List<Verdict> faulty;
  private final List<Verdict> healthy;

  Report(List<Verdict> verdicts) {
    this.verdicts = List.copyOf(verdicts);
    faulty = verdicts.stream().filter(verdict -> verdict.condition().isPresent()).toList();
    healthy = verdicts.stream().filter(verdict -> verdict.condition().isEmpty()).toList();
  }

  String markdown() {
    return Stream.of(overall(), conditions(), faultyFamilies(), healthyFamilies(), wrongRuns())
        .flatMap(List::stream)
        .collect(Collectors.joining("\n", "", "\n"));
  }

  private List<String> overall() {
    List<Verdict> bound =
        faulty.stream().filter(verdict -> verdict.rightLayers().isPresent()).toList();
    List<Verdict> numbered =
        faulty.stream().filter(verdict -> verdict.rightNumber().isPresent()).toList();
    return List.of(
        "### Overall",
        "",
        "Shares with their 95 % confidence intervals (Wilson).",
        "",
        "| | |",
        "|---|---|",
        row("faulty runs detected", rate(faulty, Verdict::detected)),
        row("right root cause", rate(faulty, Verdict::rightCause)),
        row("right from the first verdict on", rate(faulty, Verdict::rightFirst)),
        row("right layers, where the fault is bound to layers", rate(bound, Report::layers)),
        row("right number, where one is known", rate(numbered, it -> it.rightNumber().get())),
        row("healthy runs with a warning", rate(healthy, it -> it.alarm().isPresent())),
        row("healthy runs with an error", rate(healthy, Report::hasError)),
        row("healthy runs with a false stall", rate(healthy, Verdict::falseStall)),
        row("iterations of the healthy runs", lengths(healthy)),
        row("runs that could not be done", rate(verdicts, Verdict::hasFailed)),
        "");
  }

  private List<String> conditions() {
    return faultyTable("By condition", it -> it.condition().map(Enum::toString).orElse(""));
  }

  private List<String> faultyFamilies() {
    return faultyTable("Faulty families", Verdict::family);
  }

  private List<String> faultyTable(String title, Function<Verdict, String> group) {
    Stream<String> rows =
        groups(faulty, group).entrySet().stream()
            .map(
                entry -> {
                  List<Verdict> runs = entry.getValue();
                  List<Verdict> bound =
                      runs.stream().filter(it -> it.rightLayers().isPresent()).toList();
                  return row(
                      entry.getKey(),
                      Integer.toString(runs.size()),
                      count(runs, Verdict::detected),
                      count(runs, Verdict::rightCause),
                      count(runs, Verdict::rightFirst),
                      count(bound, Report::layers),
                      medianDelay(runs),
                      count(runs, it -> it.alarm().isPresent()),
                      saidInstead(runs));
                });
    return table(
        title,
        "| | runs | detected | right cause | right at once | right layers | median delay |"
            + " other alarms | said instead |",
        rows);
  }

  private List<String> healthyFamilies() {
    Stream<String> rows =
        groups(healthy, Verdict::family).entrySet().stream()
            .map(
                entry -> {
                  List<Verdict> runs = entry.getValue();
                  return row(
                      entry.getKey(),
                      Integer.toString(runs.size()),
                      lengths(runs),
                      count(runs, it -> it.alarm().isPresent()),
                      count(runs, Report::hasError),
                      count(runs, Verdict::falseStall),
                      saidInstead(runs));
                });
    return table(
        "Healthy families",
        "| | runs | iterations | warnings | errors | false stalls | what was said |",
        rows);
  }

  private List<String> wrongRuns() {
    Stream<String> rows =
        verdicts.stream()
            .filter(verdict -> !verdict.isRight())
            .map(
                it ->
                    row(
                        it.scenario(),
                        Long.toString(it.seed()),
                        it.condition().map(Enum::toString).orElse("healthy"),
                        it.said()));
    return table("Wrong runs", "| scenario | seed | truth | what was said |", rows);
  }

  private static List<String> table(String title, String header, Stream<String> rows) {
    long columns = header.chars().filter(character -> character == '|').count() - 1;
    return Stream.of(
            Stream.of("### " + title, "", header, "|" + "---|".repeat((int) columns)),
            rows,
            Stream.of(""))
        .flatMap(Function.identity())
        .toList();
  }

  private static Map<String, List<Verdict>> groups(
      List<Verdict> runs, Function<Verdict, String> group) {
    return runs.stream().collect(Collectors.groupingBy(group, TreeMap::new, Collectors.toList()));
  }

  private static String row(String... cells) {
    return Arrays.stream(cells).collect(Collectors.joining(" | ", "| ", " |"));
  }

  private static String rate(List<Verdict> runs, Predicate<Verdict> property) {
    return interval(runs, property).text();
  }

  private static String count(List<Verdict> runs, Predicate<Verdict> property) {
    return interval(runs, property).fraction();
  }

  private static WilsonInterval interval(List<Verdict> runs, Predicate<Verdict> property) {
    return new WilsonInterval((int) runs.stream().filter(property).count(), runs.size());
  }

  private static boolean layers(Verdict verdict) {
    return verdict.rightLayers().orElse(false);
  }

  private static boolean hasError(Verdict verdict) {
    return verdict.alarm().equals(Optional.of(Severity.ERROR));
  }

  private static String lengths(List<Verdict> runs) {
    int[] sorted = runs.stream().mapToInt(Verdict::iterations).sorted().toArray();
    return sorted.length == 0
        ? ""
        : sorted[0] == sorted[sorted.length - 1]
            ? Integer.toString(sorted[0])
            : sorted[0] + " to " + sorted[sorted.length - 1];
  }

  private static String medianDelay(List<Verdict> runs) {
    int[] sorted =
        runs.stream()
            .filter(run -> run.delay().isPresent())
            .mapToInt(run -> run.delay().getAsInt())
            .sorted()
            .toArray();
    if (sorted.length == 0) {
      return "";
    }
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2.0;
    return String.format(Locale.ROOT, "%.0f", median);
  }

  /** What the wrong runs of a group said, the most frequent first, without iterations. */
  private static String saidInstead(List<Verdict> runs) {
    Map<String, Long> counts =
        runs.stream()
            .filter(run -> !run.isRight())
            .map(run -> run.said().replaceAll(" @\\d+", "").replaceAll(" \\[.*?]", ""))
            .collect(
                Collectors.groupingBy(Function.identity(), TreeMap::new, Collectors.counting()));
    return counts.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .limit(LARGEST_SAID)
        .map(entry -> entry.getValue() + "× " + entry.getKey())
        .collect(Collectors.joining("<br>"));
  }
}
