package io.github.dl4jstability.listeners.internal.stall.probing;

import io.github.dl4jstability.listeners.internal.curvature.copy.BatchCheck;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.util.TimeSeriesUtils;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;

/**
 * Reads the masks with which a {@code MultiLayerNetwork} trains its present minibatch.
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
final class MaskReader {
  private @Nullable MultiLayerNetwork second;

  /**
   * The masks of a minibatch.
   *
   * @param features mask of the features, if any acts
   * @param labels mask of the labels, if there is one
   */
  record Masks(@Nullable INDArray features, @Nullable INDArray labels) {
    MultiDataSet with(INDArray x, INDArray y) {
      return new MultiDataSet(
          new INDArray[] {x},
          new INDArray[] {y},
          features == null ? null : new INDArray[] {features},
          labels == null ? null : new INDArray[] {labels});
    }
  }

  /** Returns the minibatch with its masks, not copied; empty if the masks cannot be told. */
  Optional<MultiDataSet> read(MultiLayerNetwork network, INDArray features, INDArray labels) {
    List<@Nullable INDArray> kept = kept(network.getLayers());
    if (kept.stream().allMatch(Objects::isNull)) {
      return Optional.of(new Masks(null, null).with(features, labels));
    }
    if (kept.stream()
        .anyMatch(mask -> mask != null && BatchCheck.problem("mask", mask).isPresent())) {
      return Optional.empty();
    }
    return candidates(kept, features, labels).stream()
        .filter(masks -> BatchCheck.problem(masks.with(features, labels)).isEmpty())
        .filter(masks -> leads(masks, network, kept, features))
        .findFirst()
        .map(masks -> masks.with(features, labels));
  }

  /** A mask of features may have gone through to the last layer, and not be kept before it. */
  private static List<Masks> candidates(
      List<@Nullable INDArray> kept, INDArray features, INDArray labels) {
    int end = kept.size() - 1;
    INDArray first = kept.stream().filter(Objects::nonNull).findFirst().orElse(null);
    INDArray ofFeatures = restored(first, features);
    INDArray ofLabels = restored(kept.get(end), labels);
    return List.of(
        new Masks(kept.indexOf(first) < end ? ofFeatures : null, ofLabels),
        new Masks(ofFeatures, null),
        new Masks(ofFeatures, ofLabels),
        new Masks(null, ofLabels));
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

  private boolean leads(
      Masks masks, MultiLayerNetwork network, List<@Nullable INDArray> kept, INDArray input) {
    try {
      MultiLayerNetwork other = second(network);
      other.clearLayerMaskArrays();
      other.setInputMiniBatchSize((int) input.size(0));
      other.setLayerMaskArrays(masks.features(), masks.labels());
      List<@Nullable INDArray> led = kept(other.getLayers());
      return IntStream.range(0, led.size()).allMatch(i -> areEqual(led.get(i), kept.get(i)));
    } catch (RuntimeException unsuitable) {
      return false;
    }
  }

  /** Over the same memory, for only masks pass through it. */
  private MultiLayerNetwork second(MultiLayerNetwork network) {
    MultiLayerNetwork made = second;
    if (made == null) {
      made = new MultiLayerNetwork(network.getLayerWiseConfigurations().clone());
      INDArray params = network.params();
      made.init(params.reshape(1, params.length()), false);
      second = made;
    }
    return made;
  }

  private static boolean areEqual(@Nullable INDArray a, @Nullable INDArray b) {
    if (a == null || b == null) {
      return a == null && b == null;
    }
    return Arrays.equals(a.shape(), b.shape()) && a.equalsWithEps(b, 0);
  }
}
