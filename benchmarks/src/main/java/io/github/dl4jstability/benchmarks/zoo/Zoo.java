package io.github.dl4jstability.benchmarks.zoo;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Shows that no stalled run is harmed by a listener that looks at it. {@code --help} tells the
 * options.
 */
public final class Zoo {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Options options;
  private final PrintStream out;

  Zoo(Options options, PrintStream out) {
    this.options = options;
    this.out = out;
  }

  /**
   * Visits the zoo.
   *
   * @param arguments see {@code --help}
   * @throws Exception if no virtual machine can be started
   */
  public static void main(String[] arguments) throws Exception {
    Options options;
    try {
      options = Options.parse(arguments);
    } catch (IllegalArgumentException wrong) {
      System.err.println(wrong.getMessage());
      System.err.println(Options.USAGE);
      System.exit(2);
      return;
    }
    if (options.help) {
      System.out.println(Options.USAGE);
      return;
    }
    Zoo zoo = new Zoo(options, System.out);
    if (options.list) {
      zoo.combinations().forEach(System.out::println);
      return;
    }
    Summary summary = zoo.visit();
    System.out.println(summary.text());
    System.exit(summary.isHarm() ? 1 : 0);
  }

  /** Returns what the options ask for, in an order in which every part has some of everything. */
  List<Combination> combinations() {
    List<Combination> all =
        Families.all().stream()
            .flatMap(Family::combinations)
            .filter(combination -> options.families.matcher(combination.id()).find())
            .collect(Collectors.toCollection(ArrayList::new));
    Collections.shuffle(all, new Random(options.seed));
    return all.subList(0, Math.min(options.sample, all.size()));
  }

  /** Visits them all. */
  Summary visit() throws InterruptedException, ExecutionException {
    List<Combination> all = combinations();
    out.printf("%d combinations%n", all.size());
    ExecutorService jobs = Executors.newFixedThreadPool(options.jobs);
    try {
      List<Future<List<Step.Told>>> parts = new ArrayList<>();
      for (int i = 0; i < all.size(); i += options.visits) {
        List<Combination> part = all.subList(i, Math.min(all.size(), i + options.visits));
        parts.add(jobs.submit(() -> visit(part)));
      }
      List<Step.Told> results = new ArrayList<>();
      for (Future<List<Step.Told>> part : parts) {
        results.addAll(part.get());
        out.printf("%d of %d%n", results.size(), all.size());
      }
      return new Summary(results);
    } finally {
      jobs.shutdownNow();
    }
  }

  private List<Step.Told> visit(List<Combination> part) throws Exception {
    Consumer<String> log = options.verbose ? out::println : line -> {};
    Child child = new Child(PATIENCE, !options.plainHeap);
    List<Step.Told> results = List.copyOf(new Keeper(child::visit, part, log).visitAll());
    results.stream().filter(told -> told.step().isHarm()).forEach(out::println);
    return results;
  }
}
