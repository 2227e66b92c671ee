package io.github.dl4jstability.listeners.internal.stall.probing;

import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * The examples that a user gives for looks at the curvature. By themselves they are checked when
 * they are given; against the network at its first minibatch, since only then it is known. What
 * does not fit is said once and not used: copies of minibatches take its place.
 *
 * <p>Thread-safe; listeners of several workers share it.
 */
public final class GivenExamples {
  private static final int SEQUENCES = 3;

  private final MultiDataSet data;
  private final Consumer<String> notice;
  private final AtomicBoolean told = new AtomicBoolean();

  private GivenExamples(MultiDataSet data, Consumer<String> notice) {
    this.data = data;
    this.notice = notice;
  }

  /**
   * Checks examples by themselves.
   *
   * @param data features and labels; kept, not copied
   * @param notice takes the sentence that they do not fit a network, once
   * @return the examples
   * @throws IllegalArgumentException if features, labels or rows are missing or do not belong
   *     together
   */
  public static GivenExamples of(MultiDataSet data, Consumer<String> notice) {
    INDArray[] features = present("features", data.getFeatures());
    INDArray[] labels = present("labels", data.getLabels());
    long rows = features[0].size(0);
    checkRows("features", features, rows);
    checkRows("labels", labels, rows);
    checkMasks("features", features, data.getFeaturesMaskArrays());
    checkMasks("labels", labels, data.getLabelsMaskArrays());
    return new GivenExamples(data, notice);
  }

  private static INDArray[] present(String what, @Nullable INDArray @Nullable [] arrays) {
    if (arrays == null || arrays.length == 0) {
      throw invalid("have " + what, "had none");
    }
    return IntStream.range(0, arrays.length)
        .mapToObj(i -> withRows(what + " " + i, arrays[i]))
        .toArray(INDArray[]::new);
  }

  private static INDArray withRows(String name, @Nullable INDArray array) {
    if (array == null) {
      throw invalid("have " + name, "they were null");
    }
    if (array.isEmpty() || array.rank() < 2 || array.size(0) == 0) {
      throw invalid("have rows of values in " + name, "they were " + shape(array));
    }
    return array;
  }

  private static void checkRows(String what, INDArray[] arrays, long rows) {
    for (int i = 0; i < arrays.length; i++) {
      if (arrays[i].size(0) != rows) {
        throw invalid(
            "have the same number of rows everywhere",
            "features 0 had " + rows + ", " + what + " " + i + " were " + shape(arrays[i]));
      }
    }
  }

  private static void checkMasks(
      String what, INDArray[] arrays, @Nullable INDArray @Nullable [] masks) {
    if (masks == null) {
      return;
    }
    if (masks.length != arrays.length) {
      throw invalid(
          "have as many masks as " + what, "had " + masks.length + " for " + arrays.length);
    }
    for (int i = 0; i < arrays.length; i++) {
      INDArray mask = masks[i];
      if (mask != null && !masks(mask, arrays[i])) {
        throw invalid(
            "have masks that fit their " + what,
            what + " " + i + " were " + shape(arrays[i]) + ", their mask " + shape(mask));
      }
    }
  }

  /** A value for each row, for each of its steps, or for each of its values. */
  private static boolean masks(INDArray mask, INDArray array) {
    if (mask.isEmpty() || mask.rank() < 2 || mask.size(0) != array.size(0)) {
      return false;
    }
    if (mask.rank() > 2 || mask.size(1) == 1 || array.rank() > SEQUENCES) {
      return true;
    }
    return mask.size(1) == array.size(1) || mask.size(1) == array.size(array.rank() - 1);
  }

  MultiDataSet data() {
    return data;
  }

  /**
   * Tells whether the examples are of the kind that a model is trained on: arrays of the same
   * shapes, but for the number of rows and, in sequences of shape [rows, values, steps], of steps.
   * The first time that they are not, says so.
   *
   * @param model the model, in its backward hook
   */
  boolean fit(Model model) {
    Optional<String> misfit =
        misfit("features", data.getFeatures(), RecentBatches.features(model))
            .or(() -> misfit("labels", data.getLabels(), RecentBatches.labels(model)));
    misfit.filter(why -> told.compareAndSet(false, true)).ifPresent(this::say);
    return misfit.isEmpty();
  }

  private void say(String misfit) {
    notice.accept(
        "probeData does not fit the network: "
            + misfit
            + ". Curvature is measured on copies of minibatches instead.");
  }

  private static Optional<String> misfit(
      String what, INDArray[] given, @Nullable INDArray @Nullable [] trained) {
    if (trained == null) {
      return Optional.empty(); // Nothing to compare with.
    }
    if (given.length != trained.length) {
      return Optional.of(
          "it has " + given.length + " arrays of " + what + ", a minibatch " + trained.length);
    }
    return IntStream.range(0, given.length)
        .filter(i -> trained[i] != null && !isOfKind(given[i], trained[i]))
        .mapToObj(i -> differing(what + " " + i, given[i], trained[i]))
        .findFirst();
  }

  private static String differing(String name, INDArray given, INDArray trained) {
    return "its " + name + " are " + shape(given) + ", those of a minibatch " + shape(trained);
  }

  private static boolean isOfKind(INDArray given, INDArray trained) {
    int compared = trained.rank() == SEQUENCES ? 2 : trained.rank();
    return given.rank() == trained.rank()
        && IntStream.range(1, compared).allMatch(i -> given.size(i) == trained.size(i));
  }

  private static String shape(INDArray array) {
    return Arrays.toString(array.shape());
  }

  private static IllegalArgumentException invalid(String rule, String received) {
    return new IllegalArgumentException("probeData must " + rule + ", " + received);
  }
}
