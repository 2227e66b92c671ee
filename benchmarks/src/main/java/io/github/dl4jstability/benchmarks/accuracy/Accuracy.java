package io.github.dl4jstability.benchmarks.accuracy;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;

/**
 * Measures how well trouble is diagnosed. Runs all scenarios found by {@link
 * java.util.ServiceLoader} over seeds and writes tables in Markdown. {@code --help} tells the
 * options. Start the JVM with {@code OMP_NUM_THREADS=1}; then the runs of several threads do not
 * disturb each other.
 */
public final class Accuracy {
  private static final int QUICK_VARIANTS = 2;

  private final Options options;
  private final PrintStream out;

  Accuracy(Options options, PrintStream out) {
    this.options = options;
    this.out = out;
  }

  /**
   * Runs the measurement.
   *
   * @param arguments see {@code --help}
   * @throws Exception if the scenarios cannot be found or files cannot be written
   */
  public static void main(String[] arguments) throws Exception {
    Options options;
    try {
      options = Options.parse(arguments);
    } catch (UsageException wrong) {
      System.err.println(wrong.getMessage());
      System.err.println(Options.USAGE);
      System.exit(2);
      return;
    }
    System.setProperty(
        "org.slf4j.simpleLogger.log.io.github.dl4jstability", options.verbose ? "info" : "off");
    new Accuracy(options, System.out).run();
    System.exit(0); // Deeplearning4j keeps threads.
  }

  private record Job(Scenario scenario, long seed) {}

  void run() throws IOException, InterruptedException, ExecutionException {
    if (options.help) {
      out.println(Options.USAGE);
      return;
    }
    List<Scenario> scenarios = scenarios();
    if (options.list) {
      scenarios.forEach(scenario -> out.println(scenario.name()));
      return;
    }
    Results results = new Results(options.results);
    List<Job> jobs = jobs(scenarios, results);
    out.printf("%d scenarios, %d runs%n", scenarios.size(), jobs.size());
    run(jobs, results);
    if (options.checkHealth) {
      out.println(HealthCheck.of(results.all()));
    }
    String report = new Report(results.all()).markdown();
    Files.writeString(options.out, report);
    out.println(report);
    out.println("Written to " + options.out.toAbsolutePath());
  }

  private List<Scenario> scenarios() {
    Map<String, Integer> variants = new HashMap<>();
    return Catalog.find(options.jars).stream()
        .filter(scenario -> options.only.matcher(scenario.name()).find())
        .filter(
            scenario -> scenario.expected().primary().isEmpty() ? options.healthy : options.faulty)
        .filter(
            scenario ->
                !options.quick
                    || variants.merge(scenario.family(), 1, Integer::sum) <= QUICK_VARIANTS)
        .toList();
  }

  /** Seeds go outside, so that a measurement that is cut short has seen all scenarios. */
  private List<Job> jobs(List<Scenario> scenarios, Results results) {
    return LongStream.rangeClosed(options.firstSeed, options.lastSeed)
        .boxed()
        .flatMap(seed -> scenarios.stream().map(scenario -> new Job(scenario, seed)))
        .filter(job -> !results.has(job.scenario().name(), job.seed()))
        .filter(this::canBeJudged)
        .toList();
  }

  /** Recordings may be of some runs only. */
  private boolean canBeJudged(Job job) {
    return options
        .from
        .map(folder -> Files.exists(folder.of(job.scenario(), job.seed())))
        .orElse(true);
  }

  private void run(List<Job> jobs, Results results)
      throws InterruptedException, ExecutionException {
    Progress progress = new Progress(System.err, jobs.size());
    ExecutorService workers = Executors.newFixedThreadPool(options.threads);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (Job job : jobs) {
        running.add(
            workers.submit(
                () -> {
                  Verdict verdict = judge(job);
                  results.add(verdict);
                  progress.add(verdict);
                }));
      }
      for (Future<?> run : running) {
        run.get();
      }
    } finally {
      workers.shutdownNow();
    }
  }

  private Verdict judge(Job job) {
    Outcome outcome = options.from.isPresent() ? judgedAgain(job, options.from.get()) : run(job);
    Verdict verdict = Verdict.of(job.scenario(), outcome);
    if (options.verbose) {
      out.printf(
          "%s seed %d: %s%n  expected %s%n",
          verdict.scenario(),
          verdict.seed(),
          verdict.isRight() ? "right" : "WRONG",
          job.scenario().expected());
    }
    return verdict;
  }

  private Outcome run(Job job) {
    Optional<Path> recording =
        options.record.map(folder -> folder.toRecord(job.scenario(), job.seed()));
    Outcome live =
        RecordedTrial.of(
            job.scenario(),
            job.seed(),
            options.iterations,
            recording,
            told -> {
              if (options.verbose) {
                tell(job, told);
              }
            });
    return recording.isEmpty() || live.failure().isPresent()
        ? live
        : live.sameAs(JudgedTrial.of(recording.get(), job.seed(), limit(job)));
  }

  private Outcome judgedAgain(Job job, RecordingFolder folder) {
    Outcome outcome = JudgedTrial.of(folder.of(job.scenario(), job.seed()), job.seed(), limit(job));
    if (options.verbose) {
      outcome.told().forEach(told -> tell(job, told));
    }
    return outcome;
  }

  private int limit(Job job) {
    return Math.min(options.iterations, job.scenario().iterations());
  }

  private void tell(Job job, Outcome.Told told) {
    out.printf(
        "%s seed %d iteration %d: %s %s at %s since %d%n  evidence %s%n  %s%n  remedy: %s%n%s",
        job.scenario().name(),
        job.seed(),
        told.iteration(),
        told.diagnosis().severity(),
        told.diagnosis().condition(),
        told.diagnosis().layers(),
        told.diagnosis().iteration(),
        told.diagnosis().evidence(),
        told.diagnosis().explanation(),
        told.diagnosis().remedy(),
        told.diagnosis().cause().map(cause -> "  cause: " + cause.condition() + "\n").orElse(""));
  }
}
