package io.github.dl4jstability.listeners.dashboard;

import io.github.dl4jstability.listeners.Condition;
import io.github.dl4jstability.listeners.Diagnosis;
import io.github.dl4jstability.listeners.DiagnosisEvent;
import io.github.dl4jstability.listeners.Severity;
import io.github.dl4jstability.listeners.internal.record.DiagnosisRecord;
import io.github.dl4jstability.listeners.internal.record.NetworkRecord;
import io.github.dl4jstability.listeners.internal.record.ObservationRecord;
import io.github.dl4jstability.listeners.internal.record.RecordIds;
import io.github.dl4jstability.listeners.internal.recording.SyntheticRun;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.deeplearning4j.core.storage.StatsStorageRouter;

/** Writes a made-up run into a storage, as the listener's sink would. */
final class RecordedRun {

  private final StatsStorageRouter router;
  private final String session;
  private final String worker;
  private final SyntheticRun run;
  private long now = System.currentTimeMillis() - 600_000;

  private RecordedRun(StatsStorageRouter router, String session, String worker, SyntheticRun run) {
    this.router = router;
    this.session = session;
    this.worker = worker;
    this.run = run;
  }

  static RecordedRun in(StatsStorageRouter router, String session) {
    return in(router, session, "worker_0", SyntheticRun.withLayers(7));
  }

  static RecordedRun in(
      StatsStorageRouter router, String session, String worker, SyntheticRun run) {
    RecordedRun recorded = new RecordedRun(router, session, worker, run);
    router.putStaticInfo(NetworkRecord.of(recorded.ids(), run.structure(), recorded.now));
    return recorded;
  }

  RecordIds ids() {
    return new RecordIds(session, worker, now++);
  }

  void frame(int iteration, double score, List<Double> norms) {
    router.putUpdate(
        ObservationRecord.of(
            ids(), run.observation(iteration, score, norms), SyntheticRun.extremes(score, norms)));
  }

  void event(DiagnosisEvent.Kind kind, int iteration, int serial, Diagnosis diagnosis) {
    router.putUpdate(
        DiagnosisRecord.of(ids(), new DiagnosisEvent(kind, iteration, serial, diagnosis)));
  }

  /** A run that learns, with a short problem at its beginning. */
  RecordedRun healthy(int iterations) {
    Random random = new Random(7);
    Diagnosis early = SyntheticRun.diagnosis(Condition.EXPLODING_GRADIENT, 8, List.of("0", "1"));
    for (int i = 0; i < iterations; i++) {
      frame(i, loss(i, random), norms(0.75, 0.4 / (1 + i / 150.0), random));
      if (i == 8) {
        event(DiagnosisEvent.Kind.RAISED, i, 0, early);
      }
      if (i == 35) {
        event(DiagnosisEvent.Kind.WITHDRAWN, i, 0, early);
      }
    }
    return this;
  }

  /** Gradients that vanish, a rate that is too high, and NaN at the end. */
  RecordedRun sick(int iterations) {
    Random random = new Random(8);
    Diagnosis vanishing = vanishing();
    for (int i = 0; i < iterations; i++) {
      double end = (double) i / iterations;
      List<Double> norms = new ArrayList<>(norms(0.03 * (1 - end / 2), 0.3, random));
      if (i % 40 == 17) {
        norms.set(0, 0.0);
      }
      boolean broken = end > 0.9;
      if (broken) {
        norms.replaceAll(norm -> Double.NaN);
        norms.set(6, end > 0.93 ? Double.NaN : Double.POSITIVE_INFINITY);
      }
      double score =
          broken
              ? Double.NaN
              : 2.3 + 0.02 * random.nextGaussian() + (end > 0.8 ? Math.exp((end - 0.8) * 30) : 0);
      frame(i, score, norms);
      if (i == 12) {
        event(DiagnosisEvent.Kind.RAISED, i, 0, vanishing);
      }
      if (i == (int) (0.82 * iterations)) {
        event(DiagnosisEvent.Kind.RAISED, i, 1, rateTooHigh(i));
      }
      if (i == (int) (0.905 * iterations)) {
        event(
            DiagnosisEvent.Kind.RAISED,
            i,
            2,
            nonFinite(i).causedBy(rateTooHigh((int) (0.82 * iterations))));
      }
    }
    return this;
  }

  static Diagnosis vanishing() {
    Map<String, Double> evidence = new LinkedHashMap<>();
    evidence.put("gradient norm, layer 0", 3.2e-9);
    evidence.put("gradient norm, layer 6", 0.291);
    evidence.put("factor per layer", 0.031);
    return new Diagnosis(
        Condition.VANISHING_GRADIENT,
        Severity.WARNING,
        12,
        0,
        List.of("0", "1", "2"),
        evidence,
        "The gradient shrinks by a factor of 0.031 from layer to layer: 0.291 at layer 6, but 3.2e-9"
            + " at layer 0, which moves by less than 1e-10 of its size per step.",
        "Use .activation(Activation.RELU) with .weightInit(new HeNormal()) in layers 0 to 5.",
        Optional.empty());
  }

  private static Diagnosis rateTooHigh(int iteration) {
    return new Diagnosis(
        Condition.LEARNING_RATE_TOO_HIGH,
        Severity.WARNING,
        iteration,
        iteration / 100,
        List.of(),
        Map.of("learning rate", 0.5, "loss growth per iteration", 1.31),
        "The loss grows by 31 % per iteration while the updates are larger than the parameters.",
        "Use new Adam(0.005) in place of new Adam(0.5).",
        Optional.empty());
  }

  private static Diagnosis nonFinite(int iteration) {
    return new Diagnosis(
        Condition.NON_FINITE,
        Severity.ERROR,
        iteration,
        iteration / 100,
        List.of("6"),
        Map.of("non-finite values", 2560.0, "loss", Double.NaN),
        "The gradients of layer 6 became infinite before the step; everything after is NaN.",
        "Start again; the parameters cannot recover.",
        Optional.empty());
  }

  private static double loss(int iteration, Random random) {
    return 0.15 + 2.2 * Math.exp(-iteration / 120.0) + 0.04 * random.nextGaussian();
  }

  /** Norms that shrink by a factor from each layer to the one before it. */
  private List<Double> norms(double factor, double atOutput, Random random) {
    int layers = run.structure().layers().size();
    List<Double> norms = new ArrayList<>();
    for (int i = 0; i < layers; i++) {
      norms.add(
          atOutput * Math.pow(factor, layers - 1 - i) * Math.exp(0.2 * random.nextGaussian()));
    }
    return norms;
  }
}
