package io.github.dl4jstability.initializers.network;

import io.github.dl4jstability.initializers.network.AuditReport.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Tries what may mend a network, each on a copy of its own, until one does.
 *
 * <p>A remedy has to pass two trials: the verdict after it is fine, and ten iterations of training
 * on the batch with the network's own updater keep parameters and loss finite and the loss below
 * twice its start.
 */
final class RemedySearch {

  private static final int ITERATIONS = 10;
  private static final double LARGEST_RISE = 2;
  private static final String STANDARDIZE =
      "standardize the features (new NormalizerStandardize(), for images new"
          + " ImagePreProcessingScaler())";

  /** One remedy: how it is called, and how it is done to a copy. */
  private record Candidate(String call, BiConsumer<Model, MultiDataSet> initialize) {}

  private static final Candidate NOTHING = new Candidate("", (copy, batch) -> {});
  private static final List<Candidate> SCHEMES =
      List.of(
          new Candidate(
              "NetworkInitializer.with(ActivationAware.rules()).initialize(network)",
              (copy, batch) -> NetworkInitializer.with(ActivationAware.rules()).initialize(copy)),
          new Candidate(
              "NetworkInitializer.with(ActivationAware.edgeOfChaos()).initialize(network)",
              (copy, batch) ->
                  NetworkInitializer.with(ActivationAware.edgeOfChaos()).initialize(copy)),
          new Candidate(
              "LayerSequentialUnitVariance.create().initialize(network, features)",
              (copy, batch) ->
                  LayerSequentialUnitVariance.create().initialize(copy, batch.getFeatures())));

  private RemedySearch() {}

  /** The first remedy that passes, or an empty string. */
  static String find(Model model, MultiDataSet batch) {
    boolean isOff = FeatureScale.isOff(FeatureScale.of(model, batch));
    MultiDataSet features = isOff ? FeatureScale.standardized(batch) : batch;
    List<Candidate> candidates = new ArrayList<>();
    if (isOff) {
      candidates.add(NOTHING);
    }
    candidates.addAll(SCHEMES);
    for (Candidate candidate : candidates) {
      if (passes(candidate, model, features)) {
        return text(isOff, candidate);
      }
    }
    return "";
  }

  private static String text(boolean isOff, Candidate candidate) {
    if (!isOff) {
      return candidate.call;
    }
    return candidate.call.isEmpty() ? STANDARDIZE : STANDARDIZE + ", then " + candidate.call;
  }

  private static boolean passes(Candidate candidate, Model model, MultiDataSet batch) {
    Model copy = copyOf(model);
    try {
      candidate.initialize.accept(copy, batch);
    } catch (IllegalArgumentException doesNotApply) {
      return false; // such as a scheme that does not fit a shape
    }
    AuditReport report = InitializationAudit.measure(copy, batch);
    return report.verdict() == Verdict.FINE && trains(copy, batch);
  }

  private static boolean trains(Model copy, MultiDataSet batch) {
    double before = loss(copy, batch);
    for (int i = 0; i < ITERATIONS; i++) {
      fit(copy, batch);
    }
    double after = loss(copy, batch);
    boolean isFinite = Double.isFinite(copy.params().norm2Number().doubleValue());
    return isFinite && Double.isFinite(after) && after <= LARGEST_RISE * before;
  }

  private static double loss(Model model, MultiDataSet batch) {
    return TappedCopy.of(model, model.params().dup(), false, tap -> new ActivationTap.Observer() {})
        .forwardAndBackward(batch);
  }

  private static void fit(Model copy, MultiDataSet batch) {
    if (copy instanceof MultiLayerNetwork network) {
      INDArray[] features = batch.getFeaturesMaskArrays();
      INDArray[] labels = batch.getLabelsMaskArrays();
      network.fit(
          batch.getFeatures(0),
          batch.getLabels(0),
          features == null ? null : features[0],
          labels == null ? null : labels[0]);
    } else {
      ((ComputationGraph) copy).fit(batch);
    }
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
}
