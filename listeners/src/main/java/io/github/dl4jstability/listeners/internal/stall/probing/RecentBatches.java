package io.github.dl4jstability.listeners.internal.stall.probing;

import io.github.dl4jstability.listeners.internal.curvature.copy.BatchCheck;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
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
 * enough examples, enough bytes, 128 minibatches, or the same arrays or numbers come again, as they
 * do when all data are one minibatch. They stay apart, since they may differ in shape.
 *
 * <p>A minibatch is left out if its arrays do not fit together, or its masks cannot be told.
 */
final class RecentBatches {
  private static final int ENOUGH_BATCHES = 128;

  /** Two examples in a row may be the same by chance, three minibatches hardly are. */
  private static final int ENOUGH_REPEATS = 2;

  /** If so many are left out before any can be taken, none will be. */
  private static final int MOST_MISFITS = 8;

  private final long enoughExamples;
  private final long mostBytes;
  private final MaskReader masks = new MaskReader();
  private final List<MultiDataSet> copies = new ArrayList<>();
  private @Nullable INDArray first;
  private int repeats;
  private int misfits;
  private long examples;
  private long bytes;
  private boolean complete;
  private @Nullable String obstacle;

  /** Takes so many examples, and in double no more than so many bytes. */
  RecentBatches(long enoughExamples, long mostBytes) {
    this.enoughExamples = enoughExamples;
    this.mostBytes = mostBytes;
  }

  /** Takes the minibatch that the model trains on, in its backward hook. */
  void take(Model model) {
    if (complete) {
      return;
    }
    INDArray[] features = present(features(model));
    INDArray[] labels = present(labels(model));
    if (features == null || labels == null) {
      giveUp("features or labels of the minibatches cannot be read from the model");
      return;
    }
    if (first == features[0]) {
      complete = true;
      return;
    }
    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      take(model, features, labels);
    }
    complete |= examples >= enoughExamples || copies.size() >= ENOUGH_BATCHES;
  }

  private void take(Model model, INDArray[] features, INDArray[] labels) {
    Optional<String> misfit = BatchCheck.problem(new MultiDataSet(features, labels));
    if (misfit.isPresent()) {
      leaveOut(misfit.get());
      return;
    }
    if (copies.size() == 1 && isTheFirstAgain(features, labels)) {
      complete = ++repeats == ENOUGH_REPEATS;
      return;
    }
    long size = bytes(features) + bytes(labels);
    if (bytes + size > mostBytes) {
      if (copies.isEmpty()) {
        giveUp(tooLarge(size));
      }
      complete = true;
      return;
    }
    MultiDataSet batch = masked(model, features, labels);
    misfit =
        batch == null
            ? Optional.of("the masks of the minibatches cannot be read from the model")
            : BatchCheck.problem(batch);
    if (batch == null || misfit.isPresent()) {
      leaveOut(misfit.orElseThrow());
      return;
    }
    first = first == null ? features[0] : first;
    copies.add(
        new MultiDataSet(
            copies(batch.getFeatures()),
            copies(batch.getLabels()),
            copies(batch.getFeaturesMaskArrays()),
            copies(batch.getLabelsMaskArrays())));
    examples += features[0].size(0);
    bytes += size;
  }

  private String tooLarge(long size) {
    return String.format(
        Locale.ROOT,
        "a minibatch takes %.0f MB in double, and only %.0f MB are allowed for it"
            + " (curvatureMemory)",
        size / 1e6,
        mostBytes / 1e6);
  }

  private void leaveOut(String misfit) {
    if (++misfits >= MOST_MISFITS && copies.isEmpty()) {
      giveUp(misfit);
    }
  }

  private void giveUp(String reason) {
    obstacle = reason;
    complete = true;
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

  /** Gives the memory back: the copies cannot be used after that. */
  void close() {
    for (MultiDataSet copy : copies) {
      Stream.of(
              copy.getFeatures(),
              copy.getLabels(),
              copy.getFeaturesMaskArrays(),
              copy.getLabelsMaskArrays())
          .filter(Objects::nonNull)
          .flatMap(Arrays::stream)
          .filter(array -> array != null && array.closeable())
          .forEach(INDArray::close);
    }
  }

  /** Returns all that was taken. */
  List<MultiDataSet> data() {
    return List.copyOf(copies);
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

  private static INDArray @Nullable [] present(@Nullable INDArray @Nullable [] arrays) {
    return arrays == null || arrays.length == 0 || Stream.of(arrays).anyMatch(Objects::isNull)
        ? null
        : Arrays.stream(arrays).filter(Objects::nonNull).toArray(INDArray[]::new);
  }

  /** The minibatch with its masks, not copied; null if they cannot be told. */
  private @Nullable MultiDataSet masked(Model model, INDArray[] features, INDArray[] labels) {
    if (model instanceof ComputationGraph graph) {
      return new MultiDataSet(
          features, labels, orNull(graph.getInputMaskArrays()), orNull(graph.getLabelMaskArrays()));
    }
    return masks.read((MultiLayerNetwork) model, features[0], labels[0]).orElse(null);
  }

  private static @Nullable INDArray @Nullable [] orNull(@Nullable INDArray @Nullable [] masks) {
    return masks == null || Arrays.stream(masks).allMatch(Objects::isNull) ? null : masks;
  }

  private static @Nullable INDArray @Nullable [] copies(@Nullable INDArray @Nullable [] arrays) {
    return arrays == null
        ? null
        : Arrays.stream(arrays)
            .map(array -> array == null ? null : array.dup().detach())
            .toArray(INDArray[]::new);
  }

  /** In double, whatever they are. */
  static long bytes(INDArray[] arrays) {
    return Stream.of(arrays).mapToLong(array -> array.length() * Double.BYTES).sum();
  }
}
