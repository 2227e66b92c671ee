package io.github.dl4jstability.initializers.network;

import static java.util.Objects.requireNonNull;

import io.github.dl4jstability.initializers.network.AuditReport.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.api.rng.Random;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Judges a network's initial weights before any training, from one batch.
 *
 * <pre>{@code
 * AuditReport report = InitializationAudit.run(network, batch);
 * System.out.println(report);
 * }</pre>
 *
 * <p>A copy of the network (own parameters, no dropout, batch normalization in training mode) runs
 * forward and backward once. At every hidden layer of weights (dense, convolution, autoencoder) the
 * audit measures the spread of the weighted input, of the activation and of the gradient. The
 * weighted inputs of recurrent, attention, locally connected and capsule layers pass through gates
 * and products, so their rows hold their output instead: its spread over samples, units and time
 * steps, and that of the gradient by it. From one row to the next, the growth of the gradient is
 * the factor by which it changes on its way back through the layer of the next row; for a recurrent
 * layer that is the way through all its time steps.
 *
 * <p>The verdict, first match: NaN or infinity: not finite. Units, not dead, with a twin in
 * weighted input <i>and</i> gradient, that still are twins after five steps down the gradient:
 * symmetric. (Units behind weights that start at 0 look like twins at first and part.) A layer that
 * gives the same value for everything: vanishes. Spread of signals or of gradients that changes by
 * more than a factor of 100 from one end of the hidden layers to the other: explodes or vanishes;
 * two decades are beyond what widths and chance do to a good initialization (the random part of the
 * logarithm has variance of about 5·depth/width for ReLU, and widths enter as the square root of
 * the ratio of the ends), and beyond what one learning rate for all layers can bear. Residual
 * branches that start at 0, as after {@link Fixup}, are left out of these two. More than half of a
 * bounded activation's values where its slope is below 5 % of the largest (for a bounded rectifier
 * such as ReLU6 only at its upper end): saturated. More than half of the units of a layer without
 * slope for any sample: dead. A hidden layer with weights that has no row: unknown. Otherwise:
 * fine.
 *
 * <p>Three findings do not decide, but are told: weights more than 6 times wider or narrower than
 * 1/√fan, for either fan; features with a root mean square above 6, which act like such weights;
 * and a loss of more than twice the chance level.
 *
 * <p>When something is wrong, the audit tries on further copies, in this order, {@link
 * ActivationAware#rules()}, {@link ActivationAware#edgeOfChaos()} and {@link
 * LayerSequentialUnitVariance}, and names the first after which the verdict is fine and ten
 * iterations of training keep loss and parameters finite. If the features are too large, it
 * standardizes them first, alone and then with each of these. The remedy is tried on this one batch
 * only.
 *
 * <p>The network, its listeners and the thread's random generator are left as they were.
 */
public final class InitializationAudit {

  /** Enough for a difference at the output to reach the inside of a branch that starts at 0. */
  private static final int SETTLING_STEPS = 5;

  private InitializationAudit() {}

  /**
   * Audits a network with one input and one output.
   *
   * @param model a {@code MultiLayerNetwork} or {@code ComputationGraph} after {@code init()}
   * @param batch features and labels, with their masks
   * @return the report
   */
  public static AuditReport run(Model model, DataSet batch) {
    return run(model, requireNonNull(batch, "batch").toMultiDataSet());
  }

  /**
   * Audits a graph with any number of inputs and outputs.
   *
   * @param model a {@code MultiLayerNetwork} or {@code ComputationGraph} after {@code init()}
   * @param batch features and labels, with their masks
   * @return the report
   */
  public static AuditReport run(Model model, MultiDataSet batch) {
    Random random = Nd4j.getRandom();
    long rootState = random.rootState();
    long nodeState = random.nodeState();
    try {
      AuditReport report = observe(model, batch);
      boolean isWell =
          report.verdict() == Verdict.UNKNOWN
              || (report.verdict() == Verdict.FINE
                  && !FeatureScale.isOff(FeatureScale.of(model, batch)));
      return isWell ? report : report.withRemedy(RemedySearch.find(model, batch));
    } finally {
      random.setStates(rootState, nodeState);
    }
  }

  /** Measures and judges without looking for a remedy. */
  static AuditReport observe(Model model, MultiDataSet batch) {
    NetworkParameters.of(model); // rejects other models and models that are not built
    return measure(model, batch);
  }

  /** Measures and judges; the model may be a copy. */
  static AuditReport measure(Model model, MultiDataSet batch) {
    Map<String, LayerAudit> audits = new LinkedHashMap<>();
    TappedCopy copy =
        TappedCopy.of(
            model,
            model.params().dup(),
            false,
            tap -> audits.computeIfAbsent(tap.name(), name -> new LayerAudit(tap)));
    double loss = copy.forwardAndBackward(batch);
    List<LayerAudit> seen = new ArrayList<>();
    for (String name : copy.layerNamesInOrder()) {
      LayerAudit audit = audits.get(name);
      if (audit != null && audit.wasSeen()) {
        seen.add(audit);
      }
    }
    List<AuditReport.Layer> rows = rows(seen);
    if (rows.stream().anyMatch(row -> row.identicalShare() > 0)) {
      copy.descend(batch, SETTLING_STEPS);
      copy.forwardAndBackward(batch);
      rows = stillIdentical(rows, seen);
    }
    return AuditJudge.judge(model, batch, rows, loss);
  }

  private static List<AuditReport.Layer> rows(List<LayerAudit> seen) {
    List<AuditReport.Layer> rows = new ArrayList<>();
    for (int i = 0; i < seen.size(); i++) {
      double forward = i == 0 ? 1 : seen.get(i).inputSpread() / seen.get(i - 1).inputSpread();
      boolean isLast = i == seen.size() - 1;
      double backward =
          isLast ? 1 : seen.get(i).gradientSpread() / seen.get(i + 1).gradientSpread();
      rows.add(seen.get(i).row(forward, backward));
    }
    return rows;
  }

  private static List<AuditReport.Layer> stillIdentical(
      List<AuditReport.Layer> rows, List<LayerAudit> settled) {
    List<AuditReport.Layer> still = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      AuditReport.Layer row = rows.get(i);
      still.add(
          row.withIdenticalShare(Math.min(row.identicalShare(), settled.get(i).identicalShare())));
    }
    return still;
  }
}
