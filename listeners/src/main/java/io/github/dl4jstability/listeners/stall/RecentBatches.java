package io.github.dl4jstability.listeners.stall;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Copies of a few minibatches as they pass through training, with their masks: until there are
 * enough examples, 64 MB, 128 minibatches, or the same arrays or numbers come again, as they do
 * when all data are one minibatch.
 */
final class RecentBatches {
  private static final int ENOUGH_BATCHES = 128;

  /** Two examples in a row may be the same by chance, three minibatches hardly are. */
  private static final int ENOUGH_REPEATS = 2;

  private static final long ENOUGH_BYTES = 64L << 20;
  private static final long MOST_BYTES = 256L << 20;

  private final long enoughExamples;
  private final List<MultiDataSet> copies = new ArrayList<>();
  private @Nullable INDArray first;
  private int repeats;
  private long examples;
  private long bytes;
  private boolean complete;
  private @Nullable String obstacle;

  RecentBatches(long enoughExamples) {
    this.enoughExamples = enoughExamples;
  }

  /** Takes the minibatch that the model trains on, in its backward hook. */
  void take(Model model) {
    if (complete) {
      return;
    }
    INDArray[] features = present(features(model));
    INDArray[] labels = present(labels(model));
    if (features == null || labels == null) {
      obstacle = "features or labels of the minibatches cannot be read from the model";
      complete = true;
      return;
    }
    if (first == features[0]) {
      complete = true;
      return;
    }
    if (copies.size() == 1 && isTheFirstAgain(features, labels)) {
      complete = ++repeats == ENOUGH_REPEATS;
      return;
    }
    long size = bytes(features) + bytes(labels);
    if (size > MOST_BYTES) {
      obstacle = "a minibatch takes more than " + (MOST_BYTES >> 20) + " MB";
      complete = true;
      return;
    }
    first = first == null ? features[0] : first;
    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      copies.add(
          new MultiDataSet(
              copies(features),
              copies(labels),
              masks(featureMasks(model)),
              masks(labelMasks(model))));
    }
    examples += features[0].size(0);
    bytes += size;
    complete =
        examples >= enoughExamples || bytes >= ENOUGH_BYTES || copies.size() >= ENOUGH_BATCHES;
  }

  private boolean isTheFirstAgain(INDArray[] features, INDArray[] labels) {
    return areEqual(copies.get(0).getFeatures(), features)
        && areEqual(copies.get(0).getLabels(), labels);
  }

  private static boolean areEqual(INDArray[] copies, INDArray[] arrays) {
    return copies.length == arrays.length
        && IntStream.range(0, copies.length)
            .allMatch(
                i ->
                    Arrays.equals(copies[i].shape(), arrays[i].shape())
                        && copies[i].equalsWithEps(arrays[i], 0));
  }

  boolean isComplete() {
    return complete;
  }

  /** Returns why there are no data; empty if there are. */
  Optional<String> obstacle() {
    return Optional.ofNullable(obstacle);
  }

  /** Returns all that was taken; the first minibatch only, if they do not fit together. */
  MultiDataSet data() {
    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      return copies.size() == 1 ? copies.get(0) : MultiDataSet.merge(copies);
    } catch (RuntimeException differentShapes) {
      return copies.get(0);
    }
  }

  static @Nullable INDArray @Nullable [] features(Model model) {
    return model instanceof ComputationGraph graph
        ? graph.getInputs()
        : new INDArray[] {((MultiLayerNetwork) model).getInput()};
  }

  static @Nullable INDArray @Nullable [] labels(Model model) {
    if (model instanceof MultiLayerNetwork network) {
      return new INDArray[] {network.getLabels()};
    }
    ComputationGraph graph = (ComputationGraph) model;
    return IntStream.range(0, graph.getNumOutputArrays())
        .mapToObj(graph::getOutputLayer)
        .map(layer -> layer instanceof IOutputLayer output ? output.getLabels() : null)
        .toArray(INDArray[]::new);
  }

  private static @Nullable INDArray @Nullable [] featureMasks(Model model) {
    return model instanceof ComputationGraph graph
        ? graph.getInputMaskArrays()
        : new INDArray[] {((MultiLayerNetwork) model).getLayer(0).getMaskArray()};
  }

  private static @Nullable INDArray @Nullable [] labelMasks(Model model) {
    return model instanceof ComputationGraph graph
        ? graph.getLabelMaskArrays()
        : new INDArray[] {((MultiLayerNetwork) model).getOutputLayer().getMaskArray()};
  }

  private static INDArray @Nullable [] present(@Nullable INDArray @Nullable [] arrays) {
    return arrays == null || arrays.length == 0 || Stream.of(arrays).anyMatch(Objects::isNull)
        ? null
        : Arrays.stream(arrays).filter(Objects::nonNull).toArray(INDArray[]::new);
  }

  private static INDArray[] copies(INDArray[] arrays) {
    return Stream.of(arrays).map(array -> array.dup().detach()).toArray(INDArray[]::new);
  }

  private static @Nullable INDArray @Nullable [] masks(@Nullable INDArray @Nullable [] masks) {
    if (masks == null || Arrays.stream(masks).allMatch(Objects::isNull)) {
      return null;
    }
    return Arrays.stream(masks)
        .map(mask -> mask == null ? null : mask.dup().detach())
        .toArray(INDArray[]::new);
  }

  private static long bytes(INDArray[] arrays) {
    return Stream.of(arrays).mapToLong(array -> array.length() * array.dataType().width()).sum();
  }
}
