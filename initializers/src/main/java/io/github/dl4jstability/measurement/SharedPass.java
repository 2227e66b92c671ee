package io.github.dl4jstability.measurement;

import io.github.dl4jstability.measurement.Pieces.Piece;
import io.github.dl4jstability.measurement.Pieces.Source;
import io.github.dl4jstability.measurement.Reduction.Sums;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One pass over all pieces of some views. The calling thread and, if there is much to do and a
 * processor is idle, one thread of the common pool take pieces in turn. The caller does all of them
 * itself if no thread comes to help, and waits for one piece of the helper at the most.
 */
final class SharedPass {
  /**
   * Below, too little is left when the helper wakes: on virtual machines that takes 100
   * microseconds and more, in which one thread sums some 400,000 elements.
   */
  private static final long SMALLEST_SHARED_TOTAL = 1 << 20;

  /** For how many turns, some 50 microseconds, to wait awake before waiting asleep. */
  private static final int LONGEST_SPIN = 1000;

  private final Pieces pieces;
  private final List<Source> sources;
  private final boolean extremes;
  private final Sums[] results;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger done = new AtomicInteger();

  SharedPass(Pieces pieces, List<Source> sources, boolean extremes) {
    this.pieces = pieces;
    this.sources = sources;
    this.extremes = extremes;
    this.results = new Sums[pieces.count() * sources.size()];
  }

  /**
   * Sums all pieces, each through the frame of its segment.
   *
   * @param own for the calling thread
   * @param helper for another thread
   */
  void run(ArrayMeter own, ArrayMeter helper) {
    if (pieces.elements() * sources.size() < SMALLEST_SHARED_TOTAL) {
      takeAll(own);
      return;
    }
    ForkJoinTask<?> help = ForkJoinTask.adapt(() -> takeAll(helper)).fork();
    takeAll(own);
    for (int turn = 0; done.get() < results.length; turn++) {
      if (turn < LONGEST_SPIN) {
        Thread.onSpinWait();
      } else {
        help.join();
      }
    }
  }

  private void takeAll(ArrayMeter meter) {
    for (int i = next.getAndIncrement(); i < results.length; i = next.getAndIncrement()) {
      Piece piece = pieces.get(place(i));
      Source source = sources.get(i % sources.size());
      results[i] =
          meter
              .open(source.type(), source.memory())
              .sum(piece.from(), piece.length(), source.frames().get(piece.segment()), extremes);
      done.incrementAndGet();
    }
  }

  /**
   * One view is walked through from its beginning, several from their ends: a training step went
   * through them from the beginning, so that their ends are still in the cache.
   */
  private int place(int turn) {
    int place = turn / sources.size();
    return sources.size() == 1 ? place : pieces.count() - 1 - place;
  }

  /** Returns the sums of a source by segment; those of small segments stay empty. */
  Sums[] bySegment(int source) {
    Sums[] bySegment = new Sums[sources.get(source).frames().size()];
    Arrays.fill(bySegment, Sums.NONE);
    for (int i = source; i < results.length; i += sources.size()) {
      int segment = pieces.get(place(i)).segment();
      bySegment[segment] = bySegment[segment].plus(results[i]);
    }
    return bySegment;
  }
}
