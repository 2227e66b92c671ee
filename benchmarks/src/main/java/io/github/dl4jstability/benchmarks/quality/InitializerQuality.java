package io.github.dl4jstability.benchmarks.quality;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Trains networks of many kinds from the weights of each scheme, and prints a table of the losses
 * that they come to, with the ratio of the recommended way to Deeplearning4j's XAVIER.
 *
 * <p>Rate, optimizer and number of steps are the same for all schemes of a row; so are, for one
 * seed, the minibatches.
 */
public final class InitializerQuality {

  private static final int SEEDS = 3;

  private InitializerQuality() {}

  /**
   * Trains what is not in the file yet, and prints the table.
   *
   * @param arguments the file of results (default {@code initializer-quality.tsv}) and a regular
   *     expression for the names of networks (default all)
   * @throws IOException if the file cannot be read or written
   */
  public static void main(String[] arguments) throws IOException {
    Path file = Path.of(arguments.length > 0 ? arguments[0] : "initializer-quality.tsv");
    String names = arguments.length > 1 ? arguments[1] : ".*";
    List<Task> tasks = Tasks.all().stream().filter(task -> task.name().matches(names)).toList();
    Losses losses = Losses.in(file);
    for (int seed = 1; seed <= SEEDS; seed++) {
      for (Task task : tasks) {
        for (Scheme scheme : Scheme.values()) {
          loss(losses, task, scheme, seed);
        }
      }
    }
    System.out.print(header());
    for (Task task : tasks) {
      System.out.println(row(task, losses));
    }
  }

  private static double loss(Losses losses, Task task, Scheme scheme, long seed)
      throws IOException {
    if (scheme == Scheme.EDGE_OF_CHAOS && startsAlike(task, seed)) {
      return loss(losses, task, Scheme.RULES, seed);
    }
    return losses.of(task, scheme, seed, () -> Trained.loss(task, scheme, seed));
  }

  /** Whether nothing in it is at the edge of chaos; then one training is enough. */
  private static boolean startsAlike(Task task, long seed) {
    return Scheme.RULES
        .start(task, seed)
        .params()
        .equals(Scheme.EDGE_OF_CHAOS.start(task, seed).params());
  }

  private static String header() {
    String schemes =
        Arrays.stream(Scheme.values()).map(Scheme::title).collect(Collectors.joining(" | "));
    return "| network | %s | recommended | its ratio to XAVIER | noise | |%n%s|%n"
        .formatted(schemes, "|---".repeat(Scheme.values().length + 5));
  }

  private static String row(Task task, Losses losses) throws IOException {
    StringBuilder row = new StringBuilder("| " + task.name() + " |");
    for (Scheme scheme : Scheme.values()) {
      double mean = Comparison.geometricMean(all(losses, task, scheme));
      row.append(
          Double.isFinite(mean) ? String.format(Locale.ROOT, " %.3g |", mean) : " diverges |");
    }
    Comparison comparison =
        Comparison.of(all(losses, task, task.recommended()), all(losses, task, Scheme.XAVIER));
    return row.append(
            String.format(
                Locale.ROOT,
                " %s | %.2f | ×/÷ %.2f | %s |",
                task.recommended().title(),
                comparison.ratio(),
                comparison.noise(),
                comparison.verdict()))
        .toString();
  }

  private static double[] all(Losses losses, Task task, Scheme scheme) throws IOException {
    double[] all = new double[SEEDS];
    for (int seed = 1; seed <= SEEDS; seed++) {
      all[seed - 1] = loss(losses, task, scheme, seed);
    }
    return all;
  }
}
