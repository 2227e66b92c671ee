package io.github.dl4jstability.measurement;

import io.github.dl4jstability.measurement.Reduction.Sums;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Segments cut into pieces of some ten microseconds, which the calling thread and, if the whole is
 * large and a processor is idle, one thread of the common pool take in turn. The caller never waits
 * for more than one piece, and does all of them itself if no thread comes to help.
 */
final class Pieces {
  private static final int LARGEST_PIECE = 64 * Reduction.BLOCK;

  /** Below, waking a thread takes as long as the work. */
  private static final long SMALLEST_SHARED_TOTAL = 1 << 19;

  private final int segments;
  private final List<Piece> pieces = new ArrayList<>();
  private final boolean shared;

  private record Piece(int segment, int from, int length) {}

  Pieces(List<Segment> segments) {
    this.segments = segments.size();
    long total = 0;
    for (int i = 0; i < segments.size(); i++) {
      Segment segment = segments.get(i);
      total += segment.length();
      if (segment.length() > Reduction.LARGEST_SMALL_ARRAY) {
        cut(i, segment);
      }
    }
    shared = total >= SMALLEST_SHARED_TOTAL;
  }

  private void cut(int index, Segment segment) {
    for (long done = 0; done < segment.length(); done += LARGEST_PIECE) {
      int length = (int) Math.min(LARGEST_PIECE, segment.length() - done);
      pieces.add(new Piece(index, (int) (segment.offset() + done), length));
    }
  }

  /**
   * Sums all pieces, each through the frame of its segment.
   *
   * @param own sums on the calling thread
   * @param helpers gives another reduction with the same memory open
   * @return the sums by segment; those of small segments stay empty
   */
  Sums[] sum(Reduction own, Supplier<Reduction> helpers, List<Frame> frames, boolean extremes) {
    Sums[] byPiece = new Sums[pieces.size()];
    AtomicInteger next = new AtomicInteger();
    if (shared) {
      Reduction helper = helpers.get();
      ForkJoinTask<?> help =
          ForkJoinTask.adapt(() -> take(next, helper, frames, extremes, byPiece)).fork();
      take(next, own, frames, extremes, byPiece);
      help.join();
    } else {
      take(next, own, frames, extremes, byPiece);
    }
    Sums[] bySegment = new Sums[segments];
    Arrays.fill(bySegment, Sums.NONE);
    for (int i = 0; i < byPiece.length; i++) {
      int segment = pieces.get(i).segment();
      bySegment[segment] = bySegment[segment].plus(byPiece[i]);
    }
    return bySegment;
  }

  private void take(
      AtomicInteger next, Reduction with, List<Frame> frames, boolean extremes, Sums[] results) {
    for (int i = next.getAndIncrement(); i < results.length; i = next.getAndIncrement()) {
      Piece piece = pieces.get(i);
      results[i] = with.sum(piece.from(), piece.length(), frames.get(piece.segment()), extremes);
    }
  }
}
