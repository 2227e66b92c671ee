package io.github.dl4jstability.benchmarks.bounds;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Measures each documented bound under load and prints a table. Arguments: a regular expression for
 * the names of the measurements; none for all. Exit code 1 if a bound is not kept.
 */
public final class Bounds {
  private static final int LONG_SECONDS = 40;
  private static final int LONGEST_MINUTES = 10;

  private Bounds() {}

  /** Returns all measurements by name. */
  static Map<String, Measurement> measurements() {
    Map<String, Measurement> all = new LinkedHashMap<>();
    all.put("convolution-32", convolution(32));
    all.put("convolution-64", convolution(64));
    all.put(
        "masked-lstm",
        new StalledRun(
            "masked LSTM", Networks::lstm, () -> Networks.sequences(40, 8), LONG_SECONDS));
    all.put("storage-20-ms", new UnpleasantStorage("20 ms a put", () -> Storages.slow(20)));
    all.put("storage-200-ms", new UnpleasantStorage("200 ms a put", () -> Storages.slow(200)));
    all.put("storage-blocked", new UnpleasantStorage("blocked storage", Storages::blocked));
    all.put("end-of-jvm", new EndOfJvm());
    all.put("failing-storages", new FailingStorages());
    all.put("models-in-turn", new ModelsInTurn());
    all.put("dropped-models", new DroppedModels());
    all.put("long-run", new LongRun());
    return all;
  }

  private static Measurement convolution(int side) {
    return new StalledRun(
        "convolution over " + side + "×" + side,
        () -> Networks.convolution(side),
        () -> Networks.images(side, 160, 4),
        LONG_SECONDS);
  }

  /**
   * Measures.
   *
   * @param arguments which measurements
   * @throws Exception if no virtual machine can be started
   */
  public static void main(String[] arguments) throws Exception {
    Pattern only = Pattern.compile(arguments.length == 0 ? "" : arguments[0]);
    System.out.println("| bound | promised | measured | |\n|---|---|---|---|");
    boolean kept = true;
    for (String name : measurements().keySet()) {
      if (only.matcher(name).find()) {
        kept &= isKept(name);
      }
    }
    System.exit(kept ? 0 : 1);
  }

  private static boolean isKept(String name) throws Exception {
    List<Finding> findings = new ArrayList<>();
    Process child;
    try (Neighbour neighbour = new Neighbour()) {
      child = Children.start(OneMeasurement.class, name);
      CompletableFuture.delayedExecutor(LONGEST_MINUTES, TimeUnit.MINUTES)
          .execute(child::destroyForcibly);
      read(child, findings);
    }
    findings.forEach(finding -> System.out.println(finding.row()));
    boolean died = child.waitFor() != 0;
    if (died) {
      System.out.printf("| %s | ends | exit code %d | FALLS SHORT |%n", name, child.exitValue());
    }
    System.out.flush();
    return !died && findings.stream().allMatch(Finding::isKept);
  }

  private static void read(Process child, List<Finding> findings) throws Exception {
    try (BufferedReader output =
        new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        Finding.parse(line).ifPresentOrElse(findings::add, () -> {});
      }
    }
  }
}
