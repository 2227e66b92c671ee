package io.github.dl4jstability.benchmarks.accuracy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Recordings of runs: a folder for each family, in it a file for each variant and seed.
 *
 * @param folder where they are
 */
record RecordingFolder(Path folder) {
  private static final String SUFFIX = ".stability";

  /** Returns where the recording of a run belongs. */
  Path of(Scenario scenario, long seed) {
    return folder.resolve(scenario.name() + "-seed-" + seed + SUFFIX);
  }

  /** As {@link #of}, in a folder that exists. */
  Path toRecord(Scenario scenario, long seed) {
    Path path = of(scenario, seed);
    try {
      Files.createDirectories(path.toAbsolutePath().getParent());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return path;
  }

  /** Returns all recordings, by name. */
  List<Path> all() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(SUFFIX)).sorted().toList();
    }
  }

  /** Returns how a recording is called: its path in this folder, without the suffix. */
  String name(Path recording) {
    String relative = folder.relativize(recording).toString().replace('\\', '/');
    return relative.substring(0, relative.length() - SUFFIX.length());
  }
}
