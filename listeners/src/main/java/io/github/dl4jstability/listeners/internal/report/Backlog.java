package io.github.dl4jstability.listeners.internal.report;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.jspecify.annotations.Nullable;

/**
 * Records that wait for a storage: announcements first, then diagnoses, then frames, each in their
 * order. Bounded in number and bytes: where too much waits, every second frame that may be thinned
 * goes, then the oldest frames, then the oldest diagnoses, at last the oldest announcements.
 *
 * <p>Not thread-safe.
 */
final class Backlog {
  static final int MOST_FRAMES = 512;
  static final int MOST_DIAGNOSES = 4096;
  static final int MOST_ANNOUNCEMENTS = 2048;

  /** A frame of a thousand layers takes some hundred kilobytes; of those, fewer may wait. */
  static final long MOST_BYTES = 32L << 20;

  private final Deque<Entry> announcements = new ArrayDeque<>();
  private final Deque<Entry> diagnoses = new ArrayDeque<>();
  private final Deque<Entry> frames = new ArrayDeque<>();
  private long bytes;
  private long added;

  /** What a record is, in the order of writing. */
  enum Kind {
    /** Says that there is a session. */
    ANNOUNCEMENT,
    /** Says what changed in the verdicts. */
    DIAGNOSIS,
    /** A measurement to which a diagnosis belongs. */
    KEPT_FRAME,
    /** A measurement that may be left out. */
    FRAME
  }

  /** One call to the storage. */
  static final class Entry {
    final Kind kind;
    final long bytes;
    final Consumer<StatsStorageRouter> call;

    /** How often it failed while others did not. */
    int failures;

    private long number;

    Entry(Kind kind, long bytes, Consumer<StatsStorageRouter> call) {
      this.kind = kind;
      this.bytes = bytes;
      this.call = call;
    }

    boolean mayBeDropped() {
      return kind == Kind.FRAME;
    }

    /** Tells whether it was added before so many had been. */
    boolean isAmong(long first) {
      return number < first;
    }
  }

  void add(Entry entry) {
    entry.number = added++;
    bytes += entry.bytes;
    of(entry.kind).addLast(entry);
    makeRoom();
  }

  private Deque<Entry> of(Kind kind) {
    return switch (kind) {
      case ANNOUNCEMENT -> announcements;
      case DIAGNOSIS -> diagnoses;
      case KEPT_FRAME, FRAME -> frames;
    };
  }

  private void makeRoom() {
    if (frames.size() > MOST_FRAMES || bytes > MOST_BYTES) {
      thin();
    }
    shorten(frames, MOST_FRAMES);
    shorten(diagnoses, MOST_DIAGNOSES);
    shorten(announcements, MOST_ANNOUNCEMENTS);
  }

  private void thin() {
    boolean drop = false;
    for (Iterator<Entry> all = frames.iterator(); all.hasNext(); ) {
      Entry entry = all.next();
      if (entry.mayBeDropped()) {
        if (drop) {
          all.remove();
          bytes -= entry.bytes;
        }
        drop = !drop;
      }
    }
  }

  private void shorten(Deque<Entry> queue, int most) {
    while (queue.size() > most || (bytes > MOST_BYTES && !queue.isEmpty())) {
      bytes -= queue.removeFirst().bytes;
    }
  }

  /** Takes the next one; null if nothing waits. */
  @Nullable Entry poll() {
    Entry next = announcements.pollFirst();
    next = next == null ? diagnoses.pollFirst() : next;
    next = next == null ? frames.pollFirst() : next;
    bytes -= next == null ? 0 : next.bytes;
    return next;
  }

  /** Puts back what was taken, in that order, before all of their kind. */
  void putBack(List<Entry> taken) {
    List<Entry> last = new ArrayList<>(taken);
    for (int i = last.size() - 1; i >= 0; i--) {
      Entry entry = last.get(i);
      bytes += entry.bytes;
      of(entry.kind).addFirst(entry);
    }
    makeRoom();
  }

  boolean isEmpty() {
    return size() == 0;
  }

  int size() {
    return announcements.size() + diagnoses.size() + frames.size();
  }

  /** Returns how many there were so far. */
  long added() {
    return added;
  }

  /** Tells whether any of the first ones still waits. */
  boolean hasAnyAmong(long first) {
    return isAmong(announcements.peekFirst(), first)
        || isAmong(diagnoses.peekFirst(), first)
        || isAmong(frames.peekFirst(), first);
  }

  private static boolean isAmong(@Nullable Entry entry, long first) {
    return entry != null && entry.isAmong(first);
  }
}
