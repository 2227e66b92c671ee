package io.github.dl4jstability.benchmarks.accuracy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The verdicts so far; with a file, also those of earlier measurements, and each new one is
 * appended at once. Thread-safe.
 */
final class Results {
  private final Optional<Path> file;
  private final List<Verdict> verdicts = new ArrayList<>();
  private final Set<String> done = new HashSet<>();

  /**
   * Opens results.
   *
   * @param file where to keep them; need not exist
   * @throws IOException if the file cannot be read
   */
  Results(Optional<Path> file) throws IOException {
    this.file = file;
    if (file.isPresent() && Files.exists(file.get())) {
      for (String line : Files.readAllLines(file.get())) {
        keep(VerdictLine.read(line));
      }
    }
  }

  private void keep(Verdict verdict) {
    verdicts.add(verdict);
    done.add(key(verdict.scenario(), verdict.seed()));
  }

  synchronized boolean has(String scenario, long seed) {
    return done.contains(key(scenario, seed));
  }

  synchronized void add(Verdict verdict) {
    keep(verdict);
    file.ifPresent(path -> append(path, VerdictLine.write(verdict)));
  }

  /** Returns all verdicts, by scenario and seed. */
  synchronized List<Verdict> all() {
    return verdicts.stream()
        .sorted(Comparator.comparing(Verdict::scenario).thenComparingLong(Verdict::seed))
        .toList();
  }

  private static void append(Path path, String line) {
    try {
      Files.writeString(path, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String key(String scenario, long seed) {
    return scenario + " " + seed;
  }
}
