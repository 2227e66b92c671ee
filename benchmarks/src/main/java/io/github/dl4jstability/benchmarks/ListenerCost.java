package io.github.dl4jstability.benchmarks;

import io.github.dl4jstability.listeners.Preset;
import io.github.dl4jstability.listeners.StabilityListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.optimize.listeners.ScoreIterationListener;
import org.deeplearning4j.ui.model.stats.StatsListener;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Measures what listeners cost, as a ratio to training without any.
 *
 * <p>All variants train the same network in turn, in random order and with bare training between
 * any two, and each is compared with the bare turn before it and with the one after it, so that a
 * drift of the machine's speed cancels. With each, not with their mean: what disturbs a turn makes
 * it longer, never shorter, so that the mean of two is above a single one more often than below, by
 * two hundredths on a busy machine. The first iterations of each turn are not counted: they find in
 * the caches what another variant left there, and not, as in training that goes on, their own.
 * (With a network for each variant it mattered by some hundredths where in memory one came to lie.)
 * Bare training is one of the variants too, "none again": how far its ratio is from 1 tells how far
 * the others can be trusted. Network and listeners are built anew twice.
 *
 * <p>A ratio is the median of the two ratios of all rounds, and in brackets is its 95 % interval by
 * bootstrap: from the 2.5th to the 97.5th percentile of the medians of {@value #RESAMPLES} draws of
 * as many rounds with replacement. It says what chance does within a run of this program, not what
 * another hour or machine would.
 *
 * <p>The first thousands of iterations in a Java process, in which code is still being compiled,
 * are not counted.
 *
 * <p>Time is elapsed time, so work that threads beside the training do on an idle processor does
 * not count; with {@code -DcpuTime=true} it is the processor time of the training thread, for use
 * on a busy machine.
 *
 * <p>Arguments: number of rounds (default 60), then names of {@link CostNetwork} (default all).
 * With {@code -Dlisteners=STANDARD} only listeners with that in their names are measured, which
 * takes a fraction of the time, so that there can be more rounds.
 */
public final class ListenerCost {
  private static final long ROUND_NANOS = 150_000_000;
  private static final long SETTLING_NANOS = 100_000_000;
  private static final int WARM_UP_ROUNDS = 4;
  private static final int FIRST_ITERATIONS = 5;
  private static final int SHARE = 20;
  private static final int GENERATIONS = 2;
  private static final int COMPILING_ITERATIONS = 5000;
  private static final int RESAMPLES = 2000;

  private ListenerCost() {}

  /** Elapsed time, or this thread's own time, which a busy machine distorts less. */
  private static long now() {
    return Boolean.getBoolean("cpuTime")
        ? ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime()
        : System.nanoTime();
  }

  /** A network, its data, and the listeners that are attached to it in turn. */
  private record Bench(
      MultiLayerNetwork network, DataSet batch, List<List<TrainingListener>> variants) {
    static Bench of(CostNetwork network) {
      return new Bench(
          network.build(),
          network.batch(),
          listeners().values().stream().map(Supplier::get).toList());
    }

    /**
     * Trains with a variant, first for a while that is not counted, in which our threads beside
     * training also come to an end with the last variant.
     */
    double nanosPerIteration(int variant, int iterations) {
      network.setListeners(variants.get(variant));
      long arrival = System.nanoTime();
      while (System.nanoTime() - arrival < SETTLING_NANOS) {
        network.fit(batch);
      }
      long start = now();
      for (int i = 0; i < iterations; i++) {
        network.fit(batch);
      }
      return (double) (now() - start) / iterations;
    }

    /** Trains with every variant, in random order, and bare before and after each. */
    Round round(int iterations, Random random) {
      List<Integer> order = new ArrayList<>(IntStream.range(1, variants.size()).boxed().toList());
      Collections.shuffle(order, random);
      Ratios[] ratios = new Ratios[variants.size()];
      ratios[0] = new Ratios(1, 1);
      double before = nanosPerIteration(0, iterations);
      for (int variant : order) {
        double time = nanosPerIteration(variant, iterations);
        double after = nanosPerIteration(0, iterations);
        ratios[variant] = new Ratios(time / before, time / after);
        before = after;
      }
      return new Round(before, List.of(ratios));
    }
  }

  /**
   * What one round told.
   *
   * @param bareNanos of the last bare turn, for an iteration
   * @param ratios by variant, to bare training
   */
  private record Round(double bareNanos, List<Ratios> ratios) {}

  /** What a variant took, in parts of what bare training took before and after it. */
  private record Ratios(double toBefore, double toAfter) {}

  /**
   * Runs the measurement and prints a Markdown table.
   *
   * @param arguments rounds and networks
   */
  public static void main(String[] arguments) {
    int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 60;
    List<CostNetwork> networks =
        arguments.length > 1
            ? Arrays.stream(arguments).skip(1).map(CostNetwork::valueOf).toList()
            : List.of(CostNetwork.values());
    compile();
    List<String> titles = listeners().keySet().stream().skip(1).toList();
    System.out.printf("| network | ms | %s |%n", String.join(" | ", titles));
    System.out.println("|---|---|" + "---|".repeat(titles.size()));
    for (CostNetwork network : networks) {
      System.out.println(row(network, rounds));
    }
  }

  /** Lets the JIT compiler see the code of all listeners before anything is timed. */
  private static void compile() {
    Bench bench = Bench.of(CostNetwork.TINY);
    for (int variant = 0; variant < bench.variants().size(); variant++) {
      bench.nanosPerIteration(variant, COMPILING_ITERATIONS);
    }
  }

  /** Bare training, and listeners whose name contains the system property: all without it. */
  private static Map<String, Supplier<List<TrainingListener>>> listeners() {
    Map<String, Supplier<List<TrainingListener>>> listeners = new LinkedHashMap<>();
    listeners.put("none", List::of);
    listeners.put("none again", List::of);
    listeners.put("ScoreIterationListener(1)", () -> List.of(new ScoreIterationListener(1)));
    for (Preset preset : Preset.values()) {
      listeners.put("StabilityListener " + preset, () -> List.of(stability(preset)));
    }
    listeners.put("StabilityListener STANDARD, recording", () -> List.of(recording()));
    listeners.put("StatsListener(10)", () -> List.of(stats(10)));
    listeners.put("StatsListener(1)", () -> List.of(stats(1)));
    String wanted = System.getProperty("listeners", "");
    listeners.keySet().removeIf(name -> !name.startsWith("none") && !name.contains(wanted));
    return listeners;
  }

  private static StabilityListener stability(Preset preset) {
    return StabilityListener.builder().storage(new InMemoryStatsStorage()).preset(preset).build();
  }

  /** To a file of its own each time, without a limit that a run could reach. */
  private static StabilityListener recording() {
    try {
      Path file = Files.createTempFile("cost", ".stability");
      file.toFile().deleteOnExit();
      return StabilityListener.builder()
          .storage(new InMemoryStatsStorage())
          .record(file, Long.MAX_VALUE)
          .build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static StatsListener stats(int frequency) {
    return new StatsListener(new InMemoryStatsStorage(), frequency);
  }

  private static String row(CostNetwork network, int rounds) {
    List<Round> all = new ArrayList<>();
    Random random = new Random(1);
    for (int generation = 0; generation < GENERATIONS; generation++) {
      Bench bench = Bench.of(network);
      double bare = bench.nanosPerIteration(0, FIRST_ITERATIONS);
      for (int round = 0; round < WARM_UP_ROUNDS; round++) {
        bare = bench.round(iterations(bare), random).bareNanos();
      }
      int roundsNow = (rounds + GENERATIONS - 1 - generation) / GENERATIONS;
      for (int round = 0; round < roundsNow; round++) {
        all.add(bench.round(iterations(bare), random));
      }
    }
    StringBuilder row = new StringBuilder("| " + network.title + " | ");
    double bare = median(all.stream().map(Round::bareNanos).toList());
    row.append(String.format(Locale.ROOT, "%.2f", bare / 1e6));
    for (int i = 1; i < listeners().size(); i++) {
      int column = i;
      row.append(" | ")
          .append(
              withInterval(all.stream().map(round -> round.ratios().get(column)).toList(), random));
    }
    return row.append(" |").toString();
  }

  private static String withInterval(List<Ratios> ratios, Random random) {
    double[] medians = new double[RESAMPLES];
    for (int i = 0; i < RESAMPLES; i++) {
      medians[i] =
          medianRatio(random.ints(ratios.size(), 0, ratios.size()).mapToObj(ratios::get).toList());
    }
    Arrays.sort(medians);
    return String.format(
        Locale.ROOT,
        "%.3f (%.3f to %.3f)",
        medianRatio(ratios),
        medians[RESAMPLES / 40],
        medians[RESAMPLES - 1 - RESAMPLES / 40]);
  }

  private static double medianRatio(List<Ratios> ratios) {
    return median(
        ratios.stream().flatMap(pair -> Stream.of(pair.toBefore(), pair.toAfter())).toList());
  }

  /**
   * Whole twenties, so that each round has its share of what comes at every twentieth iteration.
   */
  private static int iterations(double nanosPerIteration) {
    double fitting = ROUND_NANOS / Math.max(1, nanosPerIteration) / SHARE;
    return SHARE * (int) Math.max(1, Math.min(20, Math.round(fitting)));
  }

  private static double median(List<Double> values) {
    double[] sorted = sorted(values);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  private static double[] sorted(List<Double> values) {
    return values.stream().mapToDouble(x -> x).sorted().toArray();
  }
}
