package io.github.dl4jstability.listeners;

import io.github.dl4jstability.listeners.collection.Collector;
import io.github.dl4jstability.listeners.observation.Observation;
import io.github.dl4jstability.listeners.report.Sink;
import io.github.dl4jstability.listeners.rules.Diagnostician;
import io.github.dl4jstability.listeners.rules.Patience;
import io.github.dl4jstability.listeners.rules.Stall;
import io.github.dl4jstability.listeners.stall.StallProbing;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One model in training: the way from its hooks through the rules to the sinks.
 *
 * <p>Hooks come from the thread that trains. What waits to be judged may be judged by any thread
 * that asks for diagnoses; no thread ever waits for another here.
 */
final class Run {
  static final String MEASUREMENT = "measurement";
  private static final String PROBE = "curvature probe";

  private final Collector collector;
  private final Diagnostician diagnostician;
  private final StallProbing probing;
  private final Map<String, Sink> sinks;
  private final FaultBarrier barrier;
  private final Patience patience = new Patience();
  private final Queue<Observation> waiting = new ConcurrentLinkedQueue<>();
  private final ReentrantLock judging = new ReentrantLock();

  Run(
      Collector collector,
      Diagnostician diagnostician,
      StallProbing probing,
      Map<String, Sink> sinks,
      FaultBarrier barrier) {
    this.collector = collector;
    this.diagnostician = diagnostician;
    this.probing = probing;
    this.sinks = sinks;
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
        .ifPresent(
            observation -> {
              waiting.add(observation);
              if (patience.endsWith(observation) || probing.isLooking()) {
                ifFree(
                    () -> {
                      judgeWaiting();
                      barrier.run(PROBE, () -> probe(model, observation));
                    });
              }
            });
  }

  /**
   * Judges what waits, unless that is just being done, by another thread or by a caller of ours.
   */
  void catchUp() {
    barrier.run(MEASUREMENT, () -> ifFree(this::judgeWaiting));
  }

  private void ifFree(Runnable action) {
    if (!judging.isHeldByCurrentThread() && judging.tryLock()) {
      try {
        action.run();
      } finally {
        judging.unlock();
      }
    }
  }

  private void judgeWaiting() {
    for (Observation next = waiting.poll(); next != null; next = waiting.poll()) {
      judgeAndReport(next);
    }
  }

  private void judgeAndReport(Observation observation) {
    List<DiagnosisEvent> events = diagnostician.judge(observation);
    sinks.forEach((part, sink) -> barrier.run(part, () -> sink.accept(observation, events)));
  }

  private void probe(Model model, Observation observation) {
    int found = diagnostician.stall().map(Stall::foundIteration).orElse(-1);
    probing
        .iterationDone(model, observation, found, diagnostician.stepPerGradient())
        .ifPresent(
            answer ->
                answer
                    .numbers()
                    .ifPresentOrElse(
                        diagnostician::lookedAt, () -> diagnostician.notLookedAt(answer.reason())));
  }

  void flush() {
    catchUp();
    sinks.forEach((part, sink) -> barrier.run(part, sink::flush));
  }
}
