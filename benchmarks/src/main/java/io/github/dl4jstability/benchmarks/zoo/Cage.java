package io.github.dl4jstability.benchmarks.zoo;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The program of a child: visits the combinations whose names come in, one a line. */
public final class Cage {
  private Cage() {}

  /**
   * Runs the child.
   *
   * @param arguments none
   * @throws Exception if the names cannot be read
   */
  public static void main(String[] arguments) throws Exception {
    Map<String, Combination> all =
        Families.all().stream()
            .flatMap(Family::combinations)
            .collect(Collectors.toMap(Combination::id, Function.identity()));
    BufferedReader names =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String name = names.readLine(); name != null; name = names.readLine()) {
      Combination combination = all.get(name);
      if (combination == null) {
        throw new IllegalArgumentException("no combination is called " + name);
      }
      new Visit(combination, System.out).run();
    }
    System.exit(0); // Deeplearning4j keeps threads.
  }
}
