package io.github.dl4jstability.listeners.internal.report;

import io.github.dl4jstability.listeners.DiagnosisEvent;
import io.github.dl4jstability.listeners.internal.logging.LoggedFault;
import io.github.dl4jstability.listeners.internal.observation.ArrayHistogram;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure;
import io.github.dl4jstability.listeners.internal.observation.Observation;
import io.github.dl4jstability.measurement.Moments;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.Pointer;
import org.deeplearning4j.ui.model.stats.StatsListener;
import org.deeplearning4j.ui.model.stats.api.Histogram;
import org.deeplearning4j.ui.model.stats.api.StatsReport;
import org.deeplearning4j.ui.model.stats.api.StatsType;
import org.deeplearning4j.ui.model.stats.impl.SbeStatsReport;

/**
 * Writes the records that the training UI's own pages read, the same that {@code StatsListener}
 * writes, at the iterations whose details were taken.
 *
 * <p>Needs {@code deeplearning4j-ui-model} on the class path.
 */
public final class ChartSink implements Sink {
  private final Destination destination;
  private final ChartSession session;
  private final Deferred deferred;
  private final long startMillis = System.currentTimeMillis();
  private final Map<String, long[]> lastCollections = new HashMap<>();

  private long examples;
  private long minibatches;
  private Progress before = new Progress(startMillis, 0, 0);

  /** How far training has come. */
  private record Progress(long millis, long examples, long minibatches) {}

  /**
   * Creates a sink for one run.
   *
   * @param destination where to write
   * @param session announces the run, with its first iteration
   * @param faults told of a record that could not be made, in the thread that writes
   */
  public ChartSink(Destination destination, ChartSession session, Consumer<LoggedFault> faults) {
    this.destination = destination;
    this.session = session;
    this.deferred = new Deferred(faults);
  }

  @Override
  public void accept(Observation observation, List<DiagnosisEvent> events) {
    if (minibatches == 0) {
      session.announceTo(destination);
    }
    examples += observation.examples();
    minibatches++;
    if (observation.details().isPresent()) {
      long stamp = destination.stamps().next();
      Progress progress = new Progress(observation.timeMillis(), examples, minibatches);
      destination
          .writer()
          .putMeasurement(
              deferred.make(() -> report(stamp, observation, progress)), Weight.of(observation));
    }
  }

  /** In the thread that writes. */
  private StatsReport report(long stamp, Observation observation, Progress now) {
    Observation.Details details = observation.details().orElseThrow();
    StatsReport report = new SbeStatsReport();
    report.reportIDs(destination.sessionId(), StatsListener.TYPE_ID, destination.workerId(), stamp);
    report.reportIterationCount(observation.iteration());
    report.reportScore(observation.score());
    reportSpeed(report, now);
    reportMemory(report);

    Keys keys = new Keys(observation.structure());
    double sums = details.gradientSumFactor();
    report.reportLearningRates(keys.byParameter(i -> orZero(details.learningRates().get(i))));
    report(report, StatsType.Parameters, keys, observation.parameters(), details.parameters());
    report(
        report,
        StatsType.Gradients,
        keys,
        observation.gradients().stream().map(moments -> moments.times(sums)).toList(),
        details.gradients().stream().map(distribution -> distribution.times(sums)).toList());
    report(report, StatsType.Updates, keys, observation.updates(), details.updates());
    report(report, StatsType.Activations, keys, observation.activations(), details.activations());
    return report;
  }

  private static void report(
      StatsReport report,
      StatsType type,
      Keys keys,
      List<Moments> moments,
      List<ArrayHistogram> distributions) {
    IntFunction<String> key = type == StatsType.Activations ? keys::layer : keys::parameter;
    Map<String, Double> means = new LinkedHashMap<>();
    Map<String, Double> deviations = new LinkedHashMap<>();
    Map<String, Double> magnitudes = new LinkedHashMap<>();
    Map<String, Histogram> histograms = new LinkedHashMap<>();
    for (int i = 0; i < moments.size(); i++) {
      Moments array = moments.get(i);
      if (array.isPresent()) {
        means.put(key.apply(i), array.mean());
        deviations.put(key.apply(i), sampleDeviation(array));
        magnitudes.put(key.apply(i), distributions.get(i).meanMagnitude());
        if (distributions.get(i).isPresent()) {
          histograms.put(key.apply(i), histogram(distributions.get(i)));
        }
      }
    }
    report.reportMean(type, means);
    report.reportStdev(type, deviations);
    report.reportMeanMagnitudes(type, magnitudes);
    report.reportHistograms(type, histograms);
  }

  /** The UI's own records hold the standard deviation with n − 1. */
  private static double sampleDeviation(Moments array) {
    double n = array.count();
    return n > 1 ? array.standardDeviation() * Math.sqrt(n / (n - 1)) : 0;
  }

  private static Histogram histogram(ArrayHistogram distribution) {
    int[] counts = distribution.counts().stream().mapToInt(x -> x).toArray();
    return new Histogram(distribution.minimum(), distribution.maximum(), counts.length, counts);
  }

  private static double orZero(double rate) {
    return Double.isNaN(rate) ? 0 : rate;
  }

  private void reportSpeed(StatsReport report, Progress now) {
    double seconds = Math.max(1, now.millis() - before.millis()) / 1000.0;
    report.reportPerformance(
        now.millis() - startMillis,
        now.examples(),
        now.minibatches(),
        (now.examples() - before.examples()) / seconds,
        (now.minibatches() - before.minibatches()) / seconds);
    before = now;
  }

  private void reportMemory(StatsReport report) {
    Runtime runtime = Runtime.getRuntime();
    report.reportMemoryUse(
        runtime.totalMemory(),
        runtime.maxMemory(),
        Pointer.totalBytes(),
        Pointer.maxBytes(),
        new long[0],
        new long[0]);
    for (GarbageCollectorMXBean bean : ManagementFactory.getGarbageCollectorMXBeans()) {
      long[] now = {bean.getCollectionCount(), bean.getCollectionTime()};
      long[] before = lastCollections.put(bean.getName(), now);
      if (before != null) {
        report.reportGarbageCollection(
            bean.getName(), (int) (now[0] - before[0]), (int) (now[1] - before[1]));
      }
    }
  }

  /** How Deeplearning4j names layers and parameters in its own records. */
  private record Keys(NetworkStructure structure) {
    String layer(int index) {
      boolean numbered = structure.model().equals("MultiLayerNetwork");
      return numbered ? Integer.toString(index) : structure.layers().get(index).name();
    }

    String parameter(int index) {
      NetworkStructure.Parameter parameter = structure.parameters().get(index);
      return layer(parameter.layer()) + "_" + parameter.name();
    }

    Map<String, Double> byParameter(IntFunction<Double> value) {
      Map<String, Double> map = new LinkedHashMap<>();
      IntStream.range(0, structure.parameters().size())
          .forEach(i -> map.put(parameter(i), value.apply(i)));
      return map;
    }
  }
}
