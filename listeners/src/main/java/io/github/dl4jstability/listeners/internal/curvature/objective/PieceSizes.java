package io.github.dl4jstability.listeners.internal.curvature.objective;

import io.github.dl4jstability.listeners.internal.curvature.copy.ProbedLayer;
import java.time.Duration;
import java.util.Locale;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Trainable;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.Deconvolution3D;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * How many examples can be evaluated at once within bounds of time and memory: measured, first with
 * one example, then with four times as many as long as that is expected to keep the bounds, up to
 * the largest minibatch; and beyond it only as long as a piece takes no more than 10 ms, for many
 * small ones would take several times as long as one.
 *
 * <p>Memory is that of the thread's workspaces, in which Deeplearning4j keeps all of a pass, and in
 * addition twice what unrolled convolution windows take (one for each window, kernel size times
 * channels), which native code keeps outside of them.
 *
 * @param examples how many can be evaluated at once
 * @param timePerExample what a gradient takes for each example then
 */
public record PieceSizes(int examples, Duration timePerExample) {
  private static final int GROWTH = 4;
  private static final double JOINED_NANOS = 10e6;
  private static final double NANOS = 1e9;

  public static PieceSizes measure(
      NetworkObjective network, INDArray point, Duration longest, long bytes) {
    int largest = network.largestPiece();
    boolean mixes = network.mixesExamples();
    int end = mixes ? largest : network.examples();
    int size = 1;
    while (true) {
      NetworkObjective piece = network.over(0, size).inPiecesOf(size);
      double nanos = Math.min(nanos(piece, point), nanos(piece, point));
      long perExample = (workspaceBytes() + windowBytes(piece)) / size;
      double fitting = (double) bytes / Math.max(1, perExample);
      double most = Math.min(fitting, longest.toNanos() * size / nanos);
      if (most < (mixes ? largest : 1)) {
        throw new IllegalStateException(
            tooLarge(mixes ? largest : 1, nanos / size, perExample, longest, bytes));
      }
      double quick = Math.min(fitting, JOINED_NANOS * size / nanos);
      int next = (int) Math.min(end, Math.max(Math.min(largest, most), quick));
      // The work of a piece is not in proportion to its examples: what was measured counts.
      if (next < 2 * size) {
        int examples = mixes ? largest : Math.max(1, Math.min(next, size));
        return new PieceSizes(examples, Duration.ofNanos((long) (nanos / size)));
      }
      size = Math.min(size * GROWTH, next);
    }
  }

  private static double nanos(NetworkObjective piece, INDArray point) {
    long start = piece.workedNanos();
    piece.gradient(point);
    return Math.max(1, piece.workedNanos() - start);
  }

  private static String tooLarge(
      int examples, double nanos, long perExample, Duration longest, long bytes) {
    return String.format(
        Locale.ROOT,
        "a gradient over %d example%s, which cannot be cut, takes %.2g s and %.3g MB; only %.2g s"
            + " and %.3g MB (curvatureMemory) are allowed at a time",
        examples,
        examples == 1 ? "" : "s",
        examples * nanos / NANOS,
        examples * perExample / 1e6,
        longest.toNanos() / NANOS,
        bytes / 1e6);
  }

  private static long workspaceBytes() {
    long sum = 0;
    for (MemoryWorkspace workspace :
        Nd4j.getWorkspaceManager().getAllWorkspacesForCurrentThread()) {
      sum += Math.max(workspace.getCurrentSize(), workspace.getLastCycleAllocations());
    }
    return sum;
  }

  /** Twice, for a gradient needs the windows of the input and those of the slope. */
  private static long windowBytes(NetworkObjective piece) {
    long most = 0;
    for (ProbedLayer part : piece.model().parts()) {
      if (part.configuration().orElse(null) instanceof ConvolutionLayer convolution) {
        most = Math.max(most, windows(convolution, input(part)));
      }
    }
    return 2 * Double.BYTES * most;
  }

  private static @Nullable INDArray input(ProbedLayer part) {
    Trainable trainable = part.trainable();
    return trainable instanceof GraphVertex vertex && vertex.getLayer() != null
        ? vertex.getLayer().input()
        : trainable instanceof Layer layer ? layer.input() : null;
  }

  /** Only the shape of the input is looked at: its memory may be in use again. */
  private static long windows(ConvolutionLayer convolution, @Nullable INDArray input) {
    if (input == null) {
      return 0;
    }
    long channels = Math.max(1, convolution.getNIn());
    long wider = Math.max(1, (convolution.getNOut() + channels - 1) / channels);
    long transposed =
        convolution instanceof Deconvolution2D || convolution instanceof Deconvolution3D
            ? wider
            : 1;
    long kernel = 1;
    for (int size : convolution.getKernelSize()) {
      kernel *= size;
    }
    return input.length() * kernel * transposed;
  }
}
