package io.github.dl4jstability.initializers.network;

import static java.util.Objects.requireNonNull;

import io.github.dl4jstability.initializers.network.AuditReport.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
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
 * audit measures the spread of the weighted input, of the activation and of the gradient. Recurrent
 * and attention layers are run, but have no row of their own.
 *
 * <p>The verdict, first match: NaN or infinity: not finite. A unit with a twin in weighted input
 * <i>and</i> gradient: symmetric. Spread of signals or of gradients that changes by more than a
 * factor of 100 from one end of the hidden layers to the other: explodes or vanishes; two decades
 * are beyond what widths and chance do to a good initialization (the random part of the logarithm
 * has variance of about 5·depth/width for ReLU, and widths enter as the square root of the ratio of
 * the ends), and beyond what one learning rate for all layers can bear. More than half of a bounded
 * activation's values where its slope is below 5 % of the largest: saturated. More than half of the
 * units of a layer without slope for any sample: dead. Otherwise: fine.
 *
 * <p>Two findings do not decide, but are told: weights more than 6 times wider or narrower than
 * 1/√fan, for either fan, and a loss of more than twice the chance level.
 *
 * <p>When something is wrong, the audit tries on further copies, in this order, {@link
 * ActivationAware#rules()}, {@link ActivationAware#edgeOfChaos()} and {@link
 * LayerSequentialUnitVariance}, and names the first after which the verdict is fine.
 *
 * <p>The network, its listeners and the thread's random generator are left as they were.
 */
public final class InitializationAudit {

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
      return report.verdict() == Verdict.FINE ? report : withRemedy(report, model, batch);
    } finally {
      random.setStates(rootState, nodeState);
    }
  }

  /** Measures and judges without looking for a remedy. */
  static AuditReport observe(Model model, MultiDataSet batch) {
    NetworkParameters.of(model); // rejects other models and models that are not built
    return measure(model, batch);
  }

  private static AuditReport withRemedy(AuditReport report, Model model, MultiDataSet batch) {
    Map<String, Consumer<Model>> candidates = new LinkedHashMap<>();
    candidates.put(
        "NetworkInitializer.with(ActivationAware.rules()).initialize(network)",
        NetworkInitializer.with(ActivationAware.rules())::initialize);
    candidates.put(
        "NetworkInitializer.with(ActivationAware.edgeOfChaos()).initialize(network)",
        NetworkInitializer.with(ActivationAware.edgeOfChaos())::initialize);
    candidates.put(
        "LayerSequentialUnitVariance.create().initialize(network, features)",
        copy -> LayerSequentialUnitVariance.create().initialize(copy, batch.getFeatures()));
    for (Map.Entry<String, Consumer<Model>> candidate : candidates.entrySet()) {
      Model copy = copyOf(model);
      try {
        candidate.getValue().accept(copy);
      } catch (IllegalArgumentException doesNotApply) {
        continue; // such as an activation without an edge of chaos
      }
      if (measure(copy, batch).verdict() == Verdict.FINE) {
        return new AuditReport(
            report.verdict(),
            report.findings(),
            candidate.getKey(),
            report.layers(),
            report.forwardFactor(),
            report.backwardFactor(),
            report.loss(),
            report.chanceLoss());
      }
    }
    return report;
  }

  private static Model copyOf(Model model) {
    if (model instanceof MultiLayerNetwork network) {
      MultiLayerNetwork copy = new MultiLayerNetwork(network.getLayerWiseConfigurations().clone());
      copy.init(network.params().dup(), false);
      return copy;
    }
    ComputationGraph graph = (ComputationGraph) model;
    ComputationGraph copy = new ComputationGraph(graph.getConfiguration().clone());
    copy.init(graph.params().dup(), false);
    return copy;
  }

  private static AuditReport measure(Model model, MultiDataSet batch) {
    Map<String, LayerAudit> audits = new LinkedHashMap<>();
    TappedCopy copy =
        TappedCopy.of(
            model,
            model.params().dup(),
            false,
            (name, activation) -> audits.computeIfAbsent(name, n -> new LayerAudit(n, activation)));
    double loss = copy.forwardAndBackward(batch);
    List<LayerAudit> seen = new ArrayList<>();
    for (String name : copy.layerNamesInOrder()) {
      LayerAudit audit = audits.get(name);
      if (audit != null && audit.wasSeen()) {
        seen.add(audit);
      }
    }
    List<AuditReport.Layer> rows = new ArrayList<>();
    for (int i = 0; i < seen.size(); i++) {
      double forward = i == 0 ? 1 : seen.get(i).inputSpread() / seen.get(i - 1).inputSpread();
      boolean isLast = i == seen.size() - 1;
      double backward =
          isLast ? 1 : seen.get(i).gradientSpread() / seen.get(i + 1).gradientSpread();
      rows.add(seen.get(i).row(forward, backward));
    }
    return AuditJudge.judge(model, rows, loss);
  }
}
