package io.github.dl4jstability.listeners;

import io.github.dl4jstability.listeners.collection.Collector;
import io.github.dl4jstability.listeners.observation.Observation;
import io.github.dl4jstability.listeners.rules.Diagnostician;
import io.github.dl4jstability.listeners.rules.Patience;
import io.github.dl4jstability.listeners.rules.Stall;
import io.github.dl4jstability.listeners.stall.StallProbing;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.api.ndarray.INDArray;

/** One model in training: the way from its hooks to what judges them. */
final class Run {
  private static final String PROBE = "curvature probe";

  private final Collector collector;
  private final Judgement judgement;
  private final StallProbing probing;
  private final FaultBarrier barrier;
  private final Patience patience;

  Run(
      Collector collector,
      Judgement judgement,
      StallProbing probing,
      Patience patience,
      FaultBarrier barrier) {
    this.collector = collector;
    this.judgement = judgement;
    this.probing = probing;
    this.patience = patience;
    this.barrier = barrier;
  }

  boolean isOf(Model model) {
    return collector.isOf(model);
  }

  void onForwardPass(Model model, List<INDArray> activations) {
    collector.onForwardPass(model, activations);
  }

  void onForwardPass(Model model, Map<String, INDArray> activations) {
    collector.onForwardPass(model, activations);
  }

  void onBackwardPass(Model model) {
    collector.onBackwardPass(model);
    barrier.run(PROBE, () -> probing.onBackwardPass(model));
  }

  void onGradientCalculation(Model model) {
    collector.onGradientCalculation(model);
  }

  void iterationDone(Model model, int iteration, int epoch) {
    collector
        .iterationDone(model, iteration, epoch)
        .ifPresent(observation -> judge(model, observation));
  }

  private void judge(Model model, Observation observation) {
    boolean mayWait = patience.allows(observation, judgement.longestWaiting().orElse(observation));
    if (mayWait && !isProbeInterested(observation)) {
      judgement.judgeLater(observation);
    } else {
      judgement.judge(
          observation, rules -> barrier.run(PROBE, () -> probe(model, observation, rules)));
    }
  }

  /** In the course of a look it is; in a stall, at each closer look. */
  private boolean isProbeInterested(Observation observation) {
    return barrier.isOn(PROBE)
        && (probing.isLooking() || (judgement.isStalled() && observation.inspection().isPresent()));
  }

  private void probe(Model model, Observation observation, Diagnostician rules) {
    int found = rules.stall().map(Stall::foundIteration).orElse(-1);
    probing
        .iterationDone(model, observation, found, rules.stepPerGradient())
        .ifPresent(
            answer ->
                answer
                    .numbers()
                    .ifPresentOrElse(rules::lookedAt, () -> rules.notLookedAt(answer.reason())));
  }

  void flush() {
    judgement.flush();
  }

  /** Ends a look at the curvature that goes on, if any. */
  void close() {
    barrier.run(PROBE, probing::close);
  }
}
