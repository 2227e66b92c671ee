package io.github.dl4jstability.demos.theory;

import io.github.dl4jstability.demos.console.Console;
import io.github.dl4jstability.demos.console.Terminal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Saddle points and plateaus in numbers: what theory says beside what descent does.
 *
 * <pre>{@code
 * java -cp … io.github.dl4jstability.demos.theory.Theory
 * }</pre>
 */
public final class Theory {
  private static final long SEED = 7;
  private static final double RATE = 0.1;
  private static final double CURVATURE = 2;
  private static final int RUNS = 501;
  private static final int MATRICES = 200_000;
  private static final int MOST = 10_000;

  private final Console console;
  private final SplittableRandom random = new SplittableRandom(SEED);

  Theory(Console console) {
    this.console = console;
  }

  /**
   * Prints all tables; takes a few seconds.
   *
   * @param arguments none
   */
  public static void main(String[] arguments) {
    new Theory(new Console(System.out, Terminal.isPresent())).tell();
  }

  void tell() {
    shareOfSaddles();
    escapeWithoutNoise();
    escapeWithNoise();
    plateaus();
  }

  private void shareOfSaddles() {
    console.heading("Saddle points among critical points, by dimension");
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("dimensions", "coin for each sign", "random matrices"));
    for (int dimensions : new int[] {1, 2, 3, 4, 5, 6, 10}) {
      double coin = CriticalPoints.minimaByIndependentSigns(dimensions);
      double matrix = CriticalPoints.minimaByRandomMatrices(dimensions, MATRICES, random);
      rows.add(List.of("" + dimensions, saddles(coin), saddles(matrix)));
    }
    console.table(rows);
  }

  /** Maxima are as frequent as minima; all others are saddles. */
  private static String saddles(double minima) {
    return String.format(Locale.ROOT, "%.4f %%", 100 * (1 - 2 * minima));
  }

  private void escapeWithoutNoise() {
    console.heading("Steps to leave x² − y² from near the ridge, without noise");
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("start y", "theory", "descent"));
    for (double start : new double[] {1e-2, 1e-4, 1e-8, 0}) {
      double theory = new Escape(RATE, CURVATURE).steps(start, 1);
      int steps = leave(start, 0);
      rows.add(List.of(text(start), text(theory), steps == MOST ? "never" : "" + steps));
    }
    console.table(rows);
  }

  private void escapeWithNoise() {
    console.heading("Steps to leave from the ridge itself, half of the runs");
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("noise σ", "theory", "descent"));
    for (double noise : new double[] {1, 1e-2, 1e-4}) {
      double theory = new Escape(RATE, CURVATURE).medianStepsFromTheRidge(noise, 1);
      int[] steps = IntStream.range(0, RUNS).map(run -> leave(0, noise)).sorted().toArray();
      rows.add(List.of(text(noise), text(theory), "" + steps[RUNS / 2]));
    }
    console.table(rows);
  }

  private int leave(double start, double noise) {
    return new Descent(RATE, noise)
        .steps(Landscape.saddle(), new double[] {1, start}, p -> Math.abs(p[1]) >= 1, MOST, random);
  }

  private void plateaus() {
    console.heading("Steps to cross the plateau at small weights, rate 0.01");
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("layers", "first weight", "theory", "descent"));
    for (int depth = 2; depth <= 4; depth++) {
      for (double start : new double[] {0.1, 0.03, 0.01}) {
        rows.add(
            List.of(
                "" + depth,
                text(start),
                text(Plateau.time(depth, start) / 0.01),
                text(Plateau.steps(depth, start, 0.01))));
      }
    }
    console.table(rows);
  }

  private static String text(double value) {
    return String.format(Locale.ROOT, value == Math.rint(value) ? "%.0f" : "%.4g", value);
  }
}
