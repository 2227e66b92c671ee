package io.github.dl4jstability.listeners.dependencies;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The lists in the folder {@code dependencies}. */
record Advisories(List<Advisory> advisories, List<Exemption> exemptions) {

  private static final Path FOLDER = Path.of("..", "dependencies");

  /**
   * One advisory for one artifact.
   *
   * @param end the first version that is mended; "none" if there is none
   */
  record Advisory(String id, String artifact, String first, String end, String what) {
    boolean concerns(Artifact resolved) {
      return resolved.isNamed(artifact) && resolved.isWithin(first, end);
    }
  }

  /** Why an advisory does no harm here. */
  record Exemption(String id, String artifact, String why) {
    boolean covers(Advisory advisory, Artifact resolved) {
      return advisory.id().equals(id)
          && artifact.equals(advisory.artifact() + ":" + resolved.version());
    }
  }

  static Advisories read() throws IOException {
    return new Advisories(
        lines("advisories.txt", 5).stream()
            .map(f -> new Advisory(f.get(0), f.get(1), f.get(2), f.get(3), f.get(4)))
            .toList(),
        lines("exceptions.txt", 3).stream()
            .map(f -> new Exemption(f.get(0), f.get(1), f.get(2)))
            .toList());
  }

  private static List<List<String>> lines(String file, int fields) throws IOException {
    List<List<String>> lines =
        Files.readAllLines(FOLDER.resolve(file)).stream()
            .filter(line -> !line.isBlank() && !line.startsWith("#"))
            .map(line -> Arrays.stream(line.split("\\|", -1)).map(String::strip).toList())
            .toList();
    for (List<String> line : lines) {
      if (line.size() != fields || line.contains("")) {
        throw new IllegalStateException(file + ": a line has " + fields + " fields, not " + line);
      }
    }
    return lines;
  }

  /** Returns what holds and is not argued away, a line each. */
  Set<String> open(Collection<Artifact> resolved) {
    Set<String> open = new TreeSet<>();
    for (Artifact artifact : resolved) {
      for (Advisory advisory : advisories) {
        if (advisory.concerns(artifact)
            && exemptions.stream().noneMatch(e -> e.covers(advisory, artifact))) {
          String version = advisory.artifact() + ":" + artifact.version();
          open.add(version + ": " + advisory.id() + ", " + advisory.what());
        }
      }
    }
    return open;
  }

  /** Returns the exceptions that are not needed, a line each. */
  Set<String> needless(Collection<Artifact> resolved) {
    Set<String> needless = new TreeSet<>();
    for (Exemption exemption : exemptions) {
      boolean needed =
          resolved.stream()
              .anyMatch(
                  artifact ->
                      advisories.stream()
                          .anyMatch(a -> a.concerns(artifact) && exemption.covers(a, artifact)));
      if (!needed) {
        needless.add(exemption.artifact() + ": " + exemption.id());
      }
    }
    return needless;
  }
}
