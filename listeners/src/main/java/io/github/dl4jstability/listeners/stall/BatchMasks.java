package io.github.dl4jstability.listeners.stall;

import io.github.dl4jstability.listeners.curvature.BatchCheck;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.util.TimeSeriesUtils;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The masks with which a {@code MultiLayerNetwork} trains its present minibatch.
 *
 * <p>The network does not keep them: it hands them to its layers, each of which keeps what it makes
 * of them. {@code RnnOutputLayer} makes a column of [examples, steps], with all examples of the
 * first step first, and two-dimensional rows of a mask as per output; layers behind it that have
 * one row for each step get such a column too, and LSTMs keep nothing since no mask acts on them.
 *
 * <p>So the masks are brought back from what the first layer and the last one keep, and are handed
 * to a second network of the same layers. Only if each of its layers keeps the same then are they
 * right: what the layers keep is all that acts on the loss.
 */
final class BatchMasks {
  private final @Nullable INDArray features;
  private final @Nullable INDArray labels;

  private BatchMasks(@Nullable INDArray features, @Nullable INDArray labels) {
    this.features = features;
    this.labels = labels;
  }

  @Nullable INDArray features() {
    return features;
  }

  @Nullable INDArray labels() {
    return labels;
  }

  /** Returns the masks; empty if they cannot be told. */
  static Optional<BatchMasks> of(MultiLayerNetwork network, INDArray features, INDArray labels) {
    Layer[] layers = network.getLayers();
    List<@Nullable INDArray> kept = kept(layers);
    if (kept.stream().allMatch(Objects::isNull)) {
      return Optional.of(new BatchMasks(null, null));
    }
    if (kept.stream()
        .anyMatch(mask -> mask != null && BatchCheck.problem("mask", mask).isPresent())) {
      return Optional.empty();
    }
    return candidates(kept, features, labels).stream()
        .filter(masks -> masks.lead(network, kept, features))
        .findFirst();
  }

  /** A mask of features may have gone through to the last layer, and not be kept before it. */
  private static List<BatchMasks> candidates(
      List<@Nullable INDArray> kept, INDArray features, INDArray labels) {
    int end = kept.size() - 1;
    INDArray first = kept.stream().filter(Objects::nonNull).findFirst().orElse(null);
    INDArray ofFeatures = restored(first, features);
    INDArray ofLabels = restored(kept.get(end), labels);
    return List.of(
        new BatchMasks(kept.indexOf(first) < end ? ofFeatures : null, ofLabels),
        new BatchMasks(ofFeatures, null),
        new BatchMasks(ofFeatures, ofLabels),
        new BatchMasks(null, ofLabels));
  }

  private static List<@Nullable INDArray> kept(Layer[] layers) {
    List<@Nullable INDArray> kept = new ArrayList<>();
    for (Layer layer : layers) {
      kept.add(layer.getMaskArray());
    }
    return kept;
  }

  /** Brings a mask back to the shape in which it came, in the order in which it was reshaped. */
  private static @Nullable INDArray restored(@Nullable INDArray kept, INDArray data) {
    if (kept == null || data.rank() != 3 || kept.rank() != 2) {
      return kept;
    }
    long examples = data.size(0);
    long steps = kept.size(0) / examples;
    if (steps * examples != kept.size(0) || (steps == 1 && kept.size(1) == data.size(2))) {
      return kept;
    }
    return kept.size(1) == 1
        ? kept.dup('f').reshape('f', examples, steps)
        : TimeSeriesUtils.reshape2dTo3d(
            kept.dup('f'), examples, LayerWorkspaceMgr.noWorkspaces(), ArrayType.INPUT);
  }

  private boolean lead(MultiLayerNetwork network, List<@Nullable INDArray> kept, INDArray input) {
    try {
      MultiLayerNetwork second =
          new MultiLayerNetwork(network.getLayerWiseConfigurations().clone());
      INDArray params = network.params();
      second.init(params.reshape(1, params.length()), false); // the same memory; only masks pass
      second.setInput(input);
      second.setLayerMaskArrays(features, labels);
      List<@Nullable INDArray> led = kept(second.getLayers());
      for (int i = 0; i < led.size(); i++) {
        if (!areEqual(led.get(i), kept.get(i))) {
          return false;
        }
      }
      return true;
    } catch (RuntimeException unsuitable) {
      return false;
    }
  }

  private static boolean areEqual(@Nullable INDArray a, @Nullable INDArray b) {
    return a == null || b == null
        ? a == b
        : Arrays.equals(a.shape(), b.shape()) && a.equalsWithEps(b, 0);
  }
}
