package io.github.dl4jstability.listeners.internal.stall.probing;

import io.github.dl4jstability.listeners.internal.curvature.objective.Pace;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Work that goes on only while the thread that trains waits for it: on a thread of its own, which
 * is given turns. Before each piece of its work it asks whether the turn has room for another, by
 * what pieces took so far, and otherwise rests until the next turn.
 *
 * <p>The thread that trains waits for a turn and no longer. A piece that takes longer than expected
 * is finished beside training, and what it took is known before the next turn is given.
 *
 * <p>Work that gets no turn for {@link #LONGEST_REST} ends by itself, and so does work that is
 * cancelled, at its next piece. With the thread go its workspaces.
 *
 * @param <T> what the work comes to
 */
final class Turns<T> implements Pace {
  /** Training may have ended, or the model may be gone. */
  static final Duration LONGEST_REST = Duration.ofSeconds(30);

  private static final String NAME = "dl4j-stability-look";

  /** Weight of a new piece in what pieces are expected to take. */
  private static final double NEWEST = 0.3;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final long longestRestNanos;

  private long turnEnds;
  private boolean working;
  private boolean ended;
  private boolean cancelled;
  private long workedNanos;
  private long workingSince;
  private double nanosPerWork;
  private double present;
  private int piecesInTurn;
  private long pieceStarted;
  private long neededNanos;
  private @Nullable T result;
  private @Nullable RuntimeException fault;

  private Turns(Duration longestRest) {
    longestRestNanos = longestRest.toNanos();
  }

  /** Starts a thread for work, which waits for its first turn. */
  static <T> Turns<T> of(Function<Pace, T> work) {
    return of(LONGEST_REST, work);
  }

  static <T> Turns<T> of(Duration longestRest, Function<Pace, T> work) {
    Turns<T> turns = new Turns<>(longestRest);
    Thread thread = new Thread(null, () -> turns.run(work), NAME, 0, false);
    thread.setContextClassLoader(Turns.class.getClassLoader());
    thread.setDaemon(true);
    thread.start();
    return turns;
  }

  private void run(Function<Pace, T> work) {
    T found = null;
    RuntimeException thrown = null;
    try {
      awaitTurn();
      found = work.apply(this);
    } catch (RuntimeException e) {
      thrown = e;
    } catch (Error e) {
      thrown = new IllegalStateException("the look failed: " + e.getClass().getName(), e);
    } finally {
      giveBack();
      end(found, thrown);
    }
  }

  private static void giveBack() {
    try {
      Nd4j.getWorkspaceManager().destroyAllWorkspacesForCurrentThread();
    } catch (RuntimeException | Error alreadyGone) {
      // Then there is nothing to give back.
    }
  }

  private void end(@Nullable T found, @Nullable RuntimeException thrown) {
    lock.lock();
    try {
      result = found;
      fault = thrown;
      stopWorking();
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Gives a turn and waits until it is over or the work has ended, no longer than the turn.
   *
   * @param nanos length of the turn
   * @return what the work came to; empty if it has not ended
   * @throws RuntimeException what the work threw, if it did
   */
  Optional<T> give(long nanos) {
    lock.lock();
    try {
      long end = System.nanoTime() + nanos;
      if (!working && !ended) {
        turnEnds = end;
        startWorking();
        changed.signalAll();
      }
      boolean waiting = true;
      while (waiting && working && !ended) {
        long left = end - System.nanoTime();
        waiting = left > 0 && changed.awaitNanos(left) > 0;
      }
      if (fault != null) {
        throw fault;
      }
      return Optional.ofNullable(result);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether a piece of the last turn is still at work, beside training. */
  boolean isWorking() {
    lock.lock();
    try {
      return working && !ended;
    } finally {
      lock.unlock();
    }
  }

  /** Returns how long a turn must be to be of use. */
  long neededNanos() {
    lock.lock();
    try {
      return neededNanos;
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether the work has ended, whatever it came to. */
  boolean hasEnded() {
    lock.lock();
    try {
      return ended;
    } finally {
      lock.unlock();
    }
  }

  /** Ends the work at its next piece. */
  void cancel() {
    lock.lock();
    try {
      cancelled = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  boolean wasCancelled() {
    lock.lock();
    try {
      return cancelled;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void beforePiece(double work) {
    lock.lock();
    try {
      learn();
      double expected = nanosPerWork * work;
      // The first piece of a turn is always done: without it nothing would ever go on.
      boolean room = piecesInTurn == 0 || System.nanoTime() + expected <= turnEnds;
      if (cancelled || !working || !room) {
        neededNanos = (long) expected;
        rest();
      }
      piecesInTurn++;
      present = work;
      pieceStarted = System.nanoTime();
    } finally {
      lock.unlock();
    }
  }

  /** From the piece before, with what lies between pieces. */
  private void learn() {
    if (present > 0) {
      double last = (System.nanoTime() - pieceStarted) / present;
      nanosPerWork = nanosPerWork == 0 ? last : nanosPerWork + NEWEST * (last - nanosPerWork);
      present = 0;
    }
  }

  private void rest() {
    stopWorking();
    changed.signalAll();
    awaitTurn();
  }

  private void awaitTurn() {
    lock.lock();
    try {
      long end = System.nanoTime() + longestRestNanos;
      while (cancelled || !working) {
        long left = end - System.nanoTime();
        if (cancelled || left <= 0) {
          throw new CancellationException("the look got no further turn");
        }
        long unused = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      throw new CancellationException("the look was interrupted");
    } finally {
      lock.unlock();
    }
  }

  private void startWorking() {
    working = true;
    piecesInTurn = 0;
    workingSince = System.nanoTime();
  }

  private void stopWorking() {
    if (working) {
      workedNanos += System.nanoTime() - workingSince;
      working = false;
    }
  }

  @Override
  public long workedNanos() {
    lock.lock();
    try {
      return workedNanos + (working ? System.nanoTime() - workingSince : 0);
    } finally {
      lock.unlock();
    }
  }
}
