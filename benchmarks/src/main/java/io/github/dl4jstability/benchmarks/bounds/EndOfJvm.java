package io.github.dl4jstability.benchmarks.bounds;

import io.github.dl4jstability.listeners.StabilityListener;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.dataset.DataSet;

/** How long a program lives on when its main method is through and all storages are blocked. */
public final class EndOfJvm implements Measurement {
  private static final int LISTENERS = 10;
  private static final double LONGEST_SECONDS = 5.5;
  private static final String THROUGH = "through";
  private static final double NANOS = 1e9;

  EndOfJvm() {}

  @Override
  public List<Finding> measure() throws Exception {
    Process program = Children.start(EndOfJvm.class);
    try (BufferedReader output =
        new BufferedReader(
            new InputStreamReader(program.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = output.readLine(); !THROUGH.equals(line); line = output.readLine()) {
        if (line == null) {
          throw new IllegalStateException("the program died: exit code " + program.waitFor());
        }
      }
      long start = System.nanoTime();
      program.waitFor();
      double seconds = (System.nanoTime() - start) / NANOS;
      return List.of(
          new Finding("end of a program with ten blocked storages", LONGEST_SECONDS, seconds, "s"));
    } finally {
      program.destroyForcibly();
    }
  }

  /**
   * The program.
   *
   * @param arguments none
   */
  public static void main(String[] arguments) {
    DataSet data = Networks.vectors(16);
    for (int i = 0; i < LISTENERS; i++) {
      MultiLayerNetwork network = Networks.dense(8);
      network.setListeners(StabilityListener.reportingTo(Storages.blocked()));
      for (int k = 0; k < 5; k++) {
        network.fit(data);
      }
    }
    System.out.println(THROUGH);
    System.out.flush();
    System.exit(0);
  }
}
