package io.github.dl4jstability.benchmarks;

import io.github.dl4jstability.listeners.curvature.Budget;
import io.github.dl4jstability.listeners.curvature.CurvatureProbe;
import io.github.dl4jstability.listeners.curvature.ExtremeEigenvalues;
import io.github.dl4jstability.listeners.curvature.StationaryPoint;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Measures what curvature costs: a Hessian-vector product against a gradient and an iteration of
 * training, both ends of the spectrum, and a whole verdict, which is also given as a share of a
 * training of 10,000 iterations: there a listener would cut it at 5 %.
 *
 * <p>Time is processor time of the thread, with {@code OMP_NUM_THREADS=1}: the machine may be busy.
 * Iteration, gradient and product take turns; the figures are medians over the rounds.
 *
 * <p>Arguments: number of rounds (default 15), then names of {@link CostNetwork} (default all).
 */
public final class CurvatureCost {
  private static final int TRAINED = 20;

  /** A measured piece of work is repeated to take this long. */
  private static final double PIECE_SECONDS = 0.1;

  /** Iterations of the training that a verdict is compared with. */
  private static final int TRAINING = 10_000;

  private static final double WARM_UP_SECONDS = 4;

  /** What the searches for eigenvalues and verdict may use, in gradients. */
  private static final double BUDGET = 200;

  private CurvatureCost() {}

  /**
   * Runs the measurement and prints a Markdown table.
   *
   * @param arguments rounds and networks
   */
  public static void main(String[] arguments) {
    int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 15;
    List<CostNetwork> networks =
        arguments.length > 1
            ? Arrays.stream(arguments).skip(1).map(CostNetwork::valueOf).toList()
            : List.of(CostNetwork.values());
    System.out.println(
        "| network | parameters | iteration ms | gradient ms | product ms | product / gradient"
            + " | product / iteration | both ends s (products) | verdict s (gradients)"
            + " | verdict / training % | 3 copies MB |");
    System.out.println("|---|---|---|---|---|---|---|---|---|---|---|");
    for (CostNetwork network : networks) {
      System.out.println(row(network, rounds));
    }
  }

  private static String row(CostNetwork network, int rounds) {
    MultiLayerNetwork model = network.build();
    DataSet batch = network.batch();
    for (int i = 0; i < TRAINED; i++) {
      model.fit(batch);
    }
    CurvatureProbe probe = CurvatureProbe.on(model, batch);
    INDArray direction = probe.gradient();
    List<Runnable> works =
        List.of(
            () -> model.fit(batch), probe::gradient, () -> probe.hessianVectorProduct(direction));
    double[][] times = new double[works.size()][rounds];
    for (int i = 0; i < works.size(); i++) {
      warmUp(works.get(i));
    }
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < works.size(); i++) {
        times[i][round] = secondsEach(works.get(i));
      }
    }
    double iteration = median(times[0]);
    double gradient = median(times[1]);
    double product = median(times[2]);
    ExtremeEigenvalues[] ends = new ExtremeEigenvalues[1];
    probe.limit(Budget.ofGradients(BUDGET));
    double search = seconds(() -> ends[0] = probe.extremeEigenvalues(1));
    StationaryPoint[] point = new StationaryPoint[1];
    probe.limit(Budget.ofGradients(BUDGET));
    double verdict = seconds(() -> point[0] = probe.stationaryPoint());
    return String.format(
        Locale.ROOT,
        "| %s | %d | %.2f | %.2f | %.2f | %.2f | %.2f | %.2f (%d%s) | %.2f (%.0f%s) | %.1f | %.1f |",
        network.title,
        probe.dimension(),
        1e3 * iteration,
        1e3 * gradient,
        1e3 * product,
        product / gradient,
        product / iteration,
        search,
        ends[0].products(),
        ends[0].converged() ? "" : ", not converged",
        verdict,
        point[0].evidence().gradients(),
        point[0].evidence().converged() ? "" : ", not converged",
        100 * verdict / (TRAINING * iteration),
        3e-6 * Double.BYTES * probe.dimension());
  }

  private static void warmUp(Runnable work) {
    double spent = 0;
    while (spent < WARM_UP_SECONDS) {
      spent += seconds(work);
    }
  }

  private static double secondsEach(Runnable work) {
    double spent = 0;
    int count = 0;
    while (spent < PIECE_SECONDS) {
      spent += seconds(work);
      count++;
    }
    return spent / count;
  }

  private static double seconds(Runnable work) {
    long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    work.run();
    return 1e-9 * (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start);
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
