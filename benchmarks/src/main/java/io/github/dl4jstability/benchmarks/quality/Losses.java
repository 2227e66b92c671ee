package io.github.dl4jstability.benchmarks.quality;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.DoubleSupplier;

/** Losses of finished trainings, kept in a file, so that a run can be continued. */
final class Losses {

  private record Key(String task, String scheme, long seed) {}

  private static final String SEPARATOR = "\t";

  private final Path file;
  private final Map<Key, Double> known = new LinkedHashMap<>();

  private Losses(Path file) {
    this.file = file;
  }

  static Losses in(Path file) throws IOException {
    Losses losses = new Losses(file);
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        String[] fields = line.split(SEPARATOR, -1);
        Key key = new Key(fields[0], fields[1], Long.parseLong(fields[2]));
        losses.known.put(key, Double.valueOf(fields[3]));
      }
    }
    return losses;
  }

  /** Returns the loss that is known, or trains and writes it down. */
  double of(Task task, Scheme scheme, long seed, DoubleSupplier training) throws IOException {
    Key key = new Key(task.name(), scheme.title(), seed);
    Double loss = known.get(key);
    if (loss == null) {
      loss = training.getAsDouble();
      known.put(key, loss);
      String line = String.join(SEPARATOR, key.task, key.scheme, "" + seed, "" + loss) + "\n";
      Files.writeString(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
    return loss;
  }
}
