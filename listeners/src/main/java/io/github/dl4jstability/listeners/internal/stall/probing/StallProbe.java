package io.github.dl4jstability.listeners.internal.stall.probing;

import io.github.dl4jstability.listeners.curvature.Budget;
import io.github.dl4jstability.listeners.curvature.Escape;
import io.github.dl4jstability.listeners.curvature.GradientNoise;
import io.github.dl4jstability.listeners.curvature.LossProfile;
import io.github.dl4jstability.listeners.curvature.StationaryPoint;
import io.github.dl4jstability.listeners.internal.curvature.Probe;
import io.github.dl4jstability.listeners.internal.curvature.copy.ModelSnapshot;
import io.github.dl4jstability.listeners.internal.curvature.objective.Pace;
import io.github.dl4jstability.listeners.internal.observation.Observation;
import io.github.dl4jstability.listeners.internal.observation.StationaryNumbers;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** One look at one place, within given time and memory, at the pace that it is given. */
final class StallProbe {
  /** Fewer gradients than this give no eigenvalue worth naming: ten products and the rest. */
  private static final double FEWEST_GRADIENTS = 40;

  /** Fewer examples say nothing about the noise between them. */
  private static final int FEWEST_EXAMPLES = 64;

  private static final int PARTS = 8;
  private static final double NANOS = 1e9;

  /**
   * What a look may take.
   *
   * @param seconds most time that it works
   * @param piece longest that a piece of its work may take
   * @param memory most memory
   * @param vectors most vectors of parameter length that Lanczos may keep
   */
  record Bounds(double seconds, Duration piece, MemoryBudget memory, int vectors) {}

  private final Bounds bounds;
  private final Observation observation;
  private final double stepPerGradient;
  private final Pace pace;
  private final long start;

  private StallProbe(Bounds bounds, Observation observation, double stepPerGradient, Pace pace) {
    this.bounds = bounds;
    this.observation = observation;
    this.stepPerGradient = stepPerGradient;
    this.pace = pace;
    this.start = pace.workedNanos();
  }

  /** What a look comes to, to be worked at a pace; {@code copied} when it has its own data. */
  static Function<Pace, StallProbing.Result> of(
      ModelSnapshot snapshot,
      List<? extends MultiDataSet> data,
      Bounds bounds,
      Observation observation,
      double stepPerGradient,
      Runnable copied) {
    return pace ->
        new StallProbe(bounds, observation, stepPerGradient, pace).at(snapshot, data, copied);
  }

  private StallProbing.Result at(
      ModelSnapshot snapshot, List<? extends MultiDataSet> data, Runnable copied) {
    try (Probe probe = Probe.on(snapshot, data)) {
      copied.run();
      probe.pacedBy(pace).keepAtMost(bounds.vectors());
      return at(probe);
    } catch (IllegalArgumentException unsuitable) {
      return StallProbing.Result.none("this model cannot be probed: " + unsuitable.getMessage());
    }
  }

  private StallProbing.Result at(Probe probe) {
    double perExample;
    try {
      perExample = seconds(probe.fitPieces(bounds.piece(), bounds.memory().pieceBytes()));
    } catch (CancellationException cancelled) {
      throw cancelled;
    } catch (IllegalStateException tooLarge) {
      return StallProbing.Result.none(String.valueOf(tooLarge.getMessage()));
    }
    double left = bounds.seconds() - worked();
    double affordable = left / (FEWEST_GRADIENTS * perExample);
    if (affordable < Math.min(FEWEST_EXAMPLES, probe.examples())) {
      int fewest = Math.min(FEWEST_EXAMPLES, probe.examples());
      return StallProbing.Result.later(
          String.format(
              Locale.ROOT,
              "%.0f gradients over %d examples take %.2g s, and only %.2g s are allowed for a look"
                  + " (curvatureBudget)",
              FEWEST_GRADIENTS,
              fewest,
              FEWEST_GRADIENTS * fewest * perExample,
              Math.max(0, bounds.seconds())),
          worked() + 1.5 * FEWEST_GRADIENTS * fewest * perExample);
    }
    probe.withFirst((int) Math.min(probe.examples(), affordable));
    double loss = probe.loss();
    if (!Double.isFinite(loss)) {
      return StallProbing.Result.none("the loss is not finite");
    }
    try {
      probe.limit(Budget.of(Duration.ofNanos((long) (NANOS * (bounds.seconds() - worked())))));
      StationaryNumbers numbers = measure(probe, loss, probe.gradient());
      if (numbers.finished() || numbers.escape().isPresent()) {
        return StallProbing.Result.of(numbers);
      }
    } catch (ArithmeticException notFinite) {
      return StallProbing.Result.none("the curvature is not finite");
    } catch (CancellationException cancelled) {
      throw cancelled;
    } catch (IllegalStateException tooLittle) {
      // The same as not finished.
    }
    return StallProbing.Result.later(
        String.format(
            Locale.ROOT,
            "the curvature over %d examples could not be measured in %.2g s (curvatureBudget)",
            probe.examples(),
            bounds.seconds()),
        2 * bounds.seconds());
  }

  /** What is cheap comes first, so that it is not what the time does not suffice for. */
  private StationaryNumbers measure(Probe probe, double loss, INDArray gradient) {
    StationaryNumbers.Noise noise = noise(probe);
    double norm = gradient.norm2Number().doubleValue();
    INDArray downhill = gradient.neg();
    StationaryNumbers.Step best = new StationaryNumbers.Step(0, loss);
    if (norm > 0) {
      double longest = Math.max(1, probe.parameterNorm()) / norm;
      LossProfile.Point found = probe.lineSearch(downhill, longest).best();
      best = new StationaryNumbers.Step(found.step(), found.loss());
    }
    StationaryPoint point = probe.stationaryPoint();
    StationaryPoint.Evidence evidence = point.evidence();
    double stable = 1 / Math.max(0, point.largestEigenvalue());
    StationaryNumbers.Step safe =
        best.length() <= stable
            ? best
            : new StationaryNumbers.Step(stable, probe.lossAlong(downhill, stable));
    return new StationaryNumbers(
        StationaryNumbers.Kind.valueOf(point.kind().name()),
        observation.iteration(),
        probe.examples(),
        loss,
        norm,
        evidence.promise(),
        evidence.tolerance(),
        new StationaryNumbers.Spectrum(
            point.smallestEigenvalue(),
            evidence.smallest().standardError(),
            point.largestEigenvalue(),
            norm > 0 ? probe.rayleighQuotient(gradient) : Double.NaN,
            point.residual()),
        noise,
        best,
        safe,
        point.escape().map(escape -> escape(escape, noise, probe)),
        evidence.converged() && worked() < bounds.seconds(),
        probe.gradientsUsed(),
        worked());
  }

  private static StationaryNumbers.Noise noise(Probe probe) {
    if (probe.examples() < 2 * PARTS) {
      return new StationaryNumbers.Noise(Double.NaN, Double.NaN);
    }
    GradientNoise noise = probe.gradientNoise(PARTS);
    return new StationaryNumbers.Noise(noise.covarianceTrace(), noise.signalToNoise());
  }

  /** The noise is taken to be the same in all directions, since only its trace is known. */
  private StationaryNumbers.Escape escape(
      Escape escape, StationaryNumbers.Noise noise, Probe probe) {
    boolean sampled = observation.examples() < probe.examples();
    double variance = noise.covarianceTrace() / observation.examples() / probe.freedom();
    double deviation = sampled && variance > 0 ? Math.sqrt(variance) : 0;
    return new StationaryNumbers.Escape(
        escape.step(),
        escape.lossReached(),
        stepPerGradient > 0
            ? escape.iterationsAtRate(stepPerGradient, deviation)
            : Double.POSITIVE_INFINITY);
  }

  private double worked() {
    return (pace.workedNanos() - start) / NANOS;
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / NANOS;
  }
}
