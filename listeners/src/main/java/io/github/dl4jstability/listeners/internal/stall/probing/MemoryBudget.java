package io.github.dl4jstability.listeners.internal.stall.probing;

import io.github.dl4jstability.listeners.internal.curvature.copy.BatchCheck;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.bytedeco.javacpp.Pointer;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * How much memory a look may take in addition to what training holds: a given number of bytes, or a
 * tenth of the resident memory of the process when the look begins, and at least {@link #LEAST}.
 *
 * <p>A quarter of it is for the data, in double, and a quarter for a piece, which is evaluated at a
 * time. The other half is for vectors as long as the parameters, in double: {@value #FIXED} (copy,
 * gradient, its sum over pieces, point, and those of the methods) and the basis of Lanczos, which
 * takes what is left.
 *
 * @param bytes the most that a look may take
 */
record MemoryBudget(long bytes) {
  static final long LEAST = 64L << 20;

  private static final int SHARE = 10;
  private static final int FIXED = 14;
  private static final int FEWEST_VECTORS = 6;
  private static final int MOST_VECTORS = 100;
  private static final int PARTS = 4;

  /** The present bound; {@code given} if that is not 0. */
  static MemoryBudget now(long given) {
    return new MemoryBudget(given > 0 ? given : Math.max(LEAST, Pointer.physicalBytes() / SHARE));
  }

  long dataBytes() {
    return bytes / PARTS;
  }

  long pieceBytes() {
    return bytes / PARTS;
  }

  /** How many vectors Lanczos may keep; less than needed if there is too little memory. */
  int vectors(Model model) {
    long one = Double.BYTES * Math.max(1, model.numParams());
    return (int) Math.min(MOST_VECTORS, bytes / 2 / one - FIXED);
  }

  /** Returns why the vectors do not fit; empty if they do. */
  Optional<String> obstacle(Model model) {
    if (vectors(model) >= FEWEST_VECTORS) {
      return Optional.empty();
    }
    double needed = 2.0 * (FIXED + FEWEST_VECTORS) * Double.BYTES * model.numParams();
    return Optional.of(
        String.format(
            Locale.ROOT,
            "a look at %d parameters takes %.0f MB, and %.0f MB are allowed (curvatureMemory)",
            model.numParams(),
            needed / 1e6,
            bytes / 1e6));
  }

  /** Returns why the data do not fit; empty if they do. */
  Optional<String> obstacle(List<? extends MultiDataSet> data) {
    Optional<String> wrong =
        data.stream().flatMap(batch -> BatchCheck.problem(batch).stream()).findFirst();
    if (wrong.isPresent()) {
      return wrong;
    }
    long needed =
        data.stream()
            .mapToLong(
                batch ->
                    RecentBatches.bytes(batch.getFeatures())
                        + RecentBatches.bytes(batch.getLabels()))
            .sum();
    return needed <= dataBytes()
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "the data take %.0f MB in double, and %.0f MB are allowed for them"
                    + " (curvatureMemory)",
                needed / 1e6,
                dataBytes() / 1e6));
  }
}
