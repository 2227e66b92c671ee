package io.github.dl4jstability.initializers.network;

import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * The scale of the features themselves. Every scheme assumes a root mean square of about 1;
 * features that are s times larger act as weights that are s times too wide, so the same limit
 * holds.
 */
final class FeatureScale {

  private static final double LARGEST = AuditJudge.ODD_WIDTH;

  private FeatureScale() {}

  /** The largest root mean square of an array of features; 0 where the scale does not matter. */
  static double of(Model model, MultiDataSet batch) {
    return matters(model)
        ? Arrays.stream(batch.getFeatures())
            .mapToDouble(f -> f.norm2Number().doubleValue() / Math.sqrt((double) f.length()))
            .max()
            .orElse(0)
        : 0;
  }

  static boolean isOff(double scale) {
    return scale > LARGEST;
  }

  /** Indices of an embedding have no scale, and batch normalization takes it out. */
  private static boolean matters(Model model) {
    boolean isLookedUp =
        NetworkParameters.of(model).stream()
            .anyMatch(p -> p.readsFeatures() && p.role() == ParameterRole.EMBEDDING);
    return !isLookedUp && !startsWithNormalization(model);
  }

  private static boolean startsWithNormalization(Model model) {
    if (model instanceof MultiLayerNetwork network) {
      return network.getLayer(0).conf().getLayer() instanceof BatchNormalization;
    }
    ComputationGraph graph = (ComputationGraph) model;
    List<String> inputs = graph.getConfiguration().getNetworkInputs();
    return graph.getConfiguration().getVertexInputs().entrySet().stream()
        .filter(entry -> entry.getValue().stream().anyMatch(inputs::contains))
        .map(entry -> graph.getConfiguration().getVertices().get(entry.getKey()))
        .anyMatch(
            vertex ->
                vertex instanceof LayerVertex layer
                    && layer.getLayerConf().getLayer() instanceof BatchNormalization);
  }

  /** The same batch with features of mean 0 and variance 1, taken over each whole array. */
  static MultiDataSet standardized(MultiDataSet batch) {
    INDArray[] features = batch.getFeatures();
    INDArray[] standardized = new INDArray[features.length];
    for (int i = 0; i < features.length; i++) {
      double mean = features[i].meanNumber().doubleValue();
      double spread = features[i].stdNumber().doubleValue();
      standardized[i] = features[i].sub(mean).divi(spread > 0 ? spread : 1);
    }
    return new org.nd4j.linalg.dataset.MultiDataSet(
        standardized,
        batch.getLabels(),
        batch.getFeaturesMaskArrays(),
        batch.getLabelsMaskArrays());
  }
}
