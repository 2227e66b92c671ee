package io.github.dl4jstability.benchmarks.bounds;

import java.util.Objects;

/** The program of a child: one measurement, named by its argument. */
public final class OneMeasurement {
  private OneMeasurement() {}

  /**
   * Measures.
   *
   * @param arguments the name of the measurement
   * @throws Exception if something unexpected happens
   */
  public static void main(String[] arguments) throws Exception {
    Measurement measurement =
        Objects.requireNonNull(Bounds.measurements().get(arguments[0]), arguments[0]);
    measurement.measure().forEach(finding -> System.out.println(finding.line()));
    System.out.flush();
    Runtime.getRuntime().halt(0); // What waits at the end is measured elsewhere.
  }
}
