package io.github.dl4jstability.listeners.stall;

import io.github.dl4jstability.listeners.curvature.Budget;
import io.github.dl4jstability.listeners.curvature.CurvatureProbe;
import io.github.dl4jstability.listeners.curvature.Escape;
import io.github.dl4jstability.listeners.curvature.GradientNoise;
import io.github.dl4jstability.listeners.curvature.LossProfile;
import io.github.dl4jstability.listeners.curvature.StationaryPoint;
import io.github.dl4jstability.listeners.observation.Observation;
import io.github.dl4jstability.listeners.observation.StationaryNumbers;
import java.time.Duration;
import java.util.Locale;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** One look at one place, within a given time. */
final class Look {
  /** Fewer gradients than this give no eigenvalue worth naming: ten products and the rest. */
  private static final double FEWEST_GRADIENTS = 40;

  private static final int WARM_UPS = 2;
  private static final int PARTS = 8;
  private static final double NANOS = 1e9;

  private final double allowedSeconds;
  private final Observation observation;
  private final double stepPerGradient;
  private double neededSeconds;

  Look(double allowedSeconds, Observation observation, double stepPerGradient) {
    this.allowedSeconds = allowedSeconds;
    this.observation = observation;
    this.stepPerGradient = stepPerGradient;
  }

  /** Returns what a look takes at least; known after it was tried. */
  double neededSeconds() {
    return neededSeconds;
  }

  StallProbing.Answer at(Model model, MultiDataSet data) {
    long start = System.nanoTime();
    CurvatureProbe probe;
    try {
      probe = CurvatureProbe.on(model, data);
    } catch (IllegalArgumentException unsuitable) {
      return StallProbing.Answer.none("this model cannot be probed: " + unsuitable.getMessage());
    }
    probe.gradient();
    double loss = probe.loss();
    long before = System.nanoTime();
    INDArray gradient = probe.gradient();
    double gradientSeconds = seconds(before);
    // The first ones run before the JIT compiler knows their code: one that is too slow may not be.
    for (int i = 0;
        i < WARM_UPS
            && seconds(start) < allowedSeconds / 2
            && allowedSeconds - seconds(start) < FEWEST_GRADIENTS * gradientSeconds;
        i++) {
      long again = System.nanoTime();
      gradient = probe.gradient();
      gradientSeconds = Math.min(gradientSeconds, seconds(again));
    }
    if (!Double.isFinite(loss)) {
      return StallProbing.Answer.none("the loss is not finite");
    }
    double left = allowedSeconds - seconds(start);
    if (left < FEWEST_GRADIENTS * gradientSeconds) {
      neededSeconds = seconds(start) + FEWEST_GRADIENTS * gradientSeconds;
      return StallProbing.Answer.none(
          String.format(
              Locale.ROOT,
              "a gradient over %d examples takes %.2g s, and only %.2g s are allowed for a look",
              probe.examples(),
              gradientSeconds,
              Math.max(0, allowedSeconds)));
    }
    try {
      probe.limit(Budget.of(Duration.ofNanos((long) (left * NANOS))));
      StationaryNumbers numbers = measure(probe, loss, gradient, start);
      if (numbers.finished() || numbers.escape().isPresent()) {
        return StallProbing.Answer.of(numbers);
      }
    } catch (ArithmeticException notFinite) {
      return StallProbing.Answer.none("the curvature is not finite");
    } catch (IllegalStateException tooLittle) {
      // The same as not finished.
    }
    neededSeconds = 2 * allowedSeconds;
    return StallProbing.Answer.none(
        String.format(
            Locale.ROOT,
            "the curvature over %d examples could not be measured in %.2g s",
            probe.examples(),
            allowedSeconds));
  }

  /** What is cheap comes first, so that it is not what the time does not suffice for. */
  private StationaryNumbers measure(
      CurvatureProbe probe, double loss, INDArray gradient, long start) {
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
        evidence.converged() && seconds(start) < allowedSeconds,
        probe.gradientsUsed(),
        seconds(start));
  }

  private static StationaryNumbers.Noise noise(CurvatureProbe probe) {
    if (probe.examples() < 2 * PARTS) {
      return new StationaryNumbers.Noise(Double.NaN, Double.NaN);
    }
    GradientNoise noise = probe.gradientNoise(PARTS);
    return new StationaryNumbers.Noise(noise.covarianceTrace(), noise.signalToNoise());
  }

  /** The noise is taken to be the same in all directions, since only its trace is known. */
  private StationaryNumbers.Escape escape(
      Escape escape, StationaryNumbers.Noise noise, CurvatureProbe probe) {
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

  private static double seconds(long since) {
    return (System.nanoTime() - since) / NANOS;
  }
}
