package io.github.dl4jstability.listeners.internal.run;

import io.github.dl4jstability.listeners.internal.collection.Collector;
import io.github.dl4jstability.listeners.internal.diagnosis.Diagnostician;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure;
import io.github.dl4jstability.listeners.internal.observation.Observation;
import io.github.dl4jstability.listeners.internal.report.Deadline;
import io.github.dl4jstability.listeners.internal.stall.detection.Stall;
import io.github.dl4jstability.listeners.internal.stall.probing.StallProbing;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One model in training: the way from its hooks to what judges them. It does not keep the model.
 *
 * <p>Where a measurement fails, its iteration is left out: the next minibatch may do. After {@value
 * FaultBarrier#MOST_IN_A_ROW} such iterations in a row this model is measured no more.
 */
public final class Run {
  private static final String MEASUREMENT = "measurement";
  private static final String PROBE = "curvature probe";

  // About twice what was measured after 45 iterations, since the memory of rules fills up: 93 KB
  // for a network of 2 layers of 12 units, 152 for 11 of 64, 350 for 51 of 32, 183 for 4 of 1024.
  private static final long BASE_BYTES = 192 << 10;
  private static final long BYTES_PER_LAYER = 10 << 10;
  private static final long BYTES_PER_UNIT = 64;

  private final Collector collector;
  private final Judgement judgement;
  private final StallProbing probing;
  private final FaultBarrier barrier;
  private final JudgementSchedule patience;
  private boolean leavesOut;
  private int leftOutInARow;

  public Run(
      Collector collector,
      Judgement judgement,
      StallProbing probing,
      JudgementSchedule patience,
      FaultBarrier barrier) {
    this.collector = collector;
    this.judgement = judgement;
    this.probing = probing;
    this.patience = patience;
    this.barrier = barrier;
  }

  /** Returns about how much heap it takes. */
  long bytes() {
    List<NetworkStructure.Layer> layers = collector.structure().layers();
    long units = layers.stream().mapToLong(layer -> layer.setup().units()).sum();
    return BASE_BYTES + BYTES_PER_LAYER * layers.size() + BYTES_PER_UNIT * units;
  }

  public void onForwardPass(Model model, List<INDArray> activations) {
    leavesOut = false;
    measure(() -> collector.onForwardPass(model, activations));
  }

  public void onForwardPass(Model model, Map<String, INDArray> activations) {
    leavesOut = false;
    measure(() -> collector.onForwardPass(model, activations));
  }

  public void onBackwardPass(Model model) {
    measure(() -> collector.onBackwardPass(model));
    barrier.run(PROBE, () -> probing.onBackwardPass(model));
  }

  public void onGradientCalculation(Model model) {
    measure(() -> collector.onGradientCalculation(model));
  }

  public void iterationDone(Model model, int iteration, int epoch) {
    measure(
        () ->
            collector
                .iterationDone(model, iteration, epoch)
                .ifPresent(
                    observation -> {
                      leftOutInARow = 0;
                      judge(model, observation);
                    }));
    leavesOut = false;
  }

  private void measure(Runnable hook) {
    if (leavesOut || leftOutInARow == FaultBarrier.MOST_IN_A_ROW) {
      return;
    }
    try {
      hook.run();
    } catch (Throwable fault) {
      FaultBarrier.passOnThreadDeath(fault);
      leaveOut(fault);
    }
  }

  private void leaveOut(Throwable fault) {
    leavesOut = true;
    leftOutInARow++;
    collector.leaveOut();
    if (leftOutInARow < FaultBarrier.MOST_IN_A_ROW) {
      barrier.leaveOut(MEASUREMENT, fault);
    } else {
      barrier.switchOffForOneModel(MEASUREMENT, fault);
    }
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

  /** Judges what waits; until the deadline it waits for a thread that is at it. */
  void judge(Deadline deadline) {
    judgement.judge(deadline);
  }

  /** Ends it; a later run of the same model goes on in its session. */
  void putAside(Session session) {
    judgement.putAside(session);
  }

  /** Ends a look at the curvature that goes on, if any. */
  void endLook() {
    barrier.run(PROBE, probing::endLook);
  }
}
