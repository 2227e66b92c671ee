package io.github.dl4jstability.listeners.internal.report;

import io.github.dl4jstability.listeners.internal.logging.LoggedFault;
import io.github.dl4jstability.listeners.internal.report.Backlog.Entry;
import io.github.dl4jstability.listeners.internal.report.Backlog.Kind;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.core.storage.StorageMetaData;
import org.jspecify.annotations.Nullable;

/**
 * Writes records to one storage beside training, which never waits for a disk or a network. All
 * listeners and clones that report to a storage share its writer.
 *
 * <p>Announcements and diagnoses go first. They, and the frames that belong to diagnoses, are kept
 * until the storage has taken them; other frames may be thinned where too much waits, and are
 * dropped where the storage fails. A storage that fails is tried again after 1, 2, 4 … seconds, a
 * minute at the most; after {@value #MOST_VAIN_ROUNDS} rounds in vain only when there is something
 * new to write or somebody waits. A record that fails {@value #MOST_FAILURES} times while others
 * are taken is dropped. A fault is told once, however often the storage fails and recovers.
 *
 * <p>No thread waits for a storage that fails; one whose calls do not return keeps the one that
 * called it. Thread-safe.
 */
public final class RecordWriter {
  static final int MOST_VAIN_ROUNDS = 10;
  static final int MOST_FAILURES = 5;
  static final Duration SHORTEST_BREAK = Duration.ofSeconds(1);
  static final Duration LONGEST_BREAK = Duration.ofMinutes(1);

  /**
   * The clock looks for records that often. To wake a thread for each would cost the training
   * thread more than to make the record: on virtual machines some ten microseconds and more.
   */
  private static final Duration PAUSE = Duration.ofMillis(50);

  /** Pauses without a record after which the clock looks no more. */
  private static final int IDLE_PAUSES = 10;

  /** Failures in a row after which a round ends: it is not about single records. */
  private static final int MOST_IN_A_ROW = 3;

  /** Records that wait for the end of their round to be tried again. */
  private static final int MOST_FAILED = 64;

  /** Kinds of faults to remember as told; those beyond are not told. */
  private static final int MOST_TOLD = 32;

  private static final List<WeakReference<RecordWriter>> ALL = new ArrayList<>();

  private final StatsStorageRouter router;
  private final Consumer<LoggedFault> faults;
  private final @Nullable ClassLoader context = Thread.currentThread().getContextClassLoader();
  private final Set<String> told = new HashSet<>();
  private final Object lock = new Object();

  // All below under the lock.
  private final Backlog backlog = new Backlog();
  private @Nullable Entry inHand;
  private List<Entry> failed = new ArrayList<>();
  private boolean writing;
  private boolean watched;
  private int idlePauses;
  private int vainRounds;
  private long breakEnd = System.nanoTime();
  private long roundsThatFailed;

  RecordWriter(StatsStorageRouter router, Consumer<LoggedFault> faults) {
    this.router = router;
    this.faults = faults;
  }

  /**
   * Returns the writer of a storage.
   *
   * @param router the storage
   * @param faults told of each fault once, if there is no writer of that storage yet: of those of
   *     one class from one place, the first
   * @return the only writer of that very object
   */
  @SuppressWarnings("ReferenceEquality")
  public static RecordWriter to(StatsStorageRouter router, Consumer<LoggedFault> faults) {
    synchronized (ALL) {
      ALL.removeIf(reference -> reference.get() == null);
      for (RecordWriter writer : all()) {
        if (writer.router == router) {
          return writer;
        }
      }
      RecordWriter writer = new RecordWriter(router, faults);
      ALL.add(new WeakReference<>(writer));
      return writer;
    }
  }

  private static List<RecordWriter> all() {
    synchronized (ALL) {
      return ALL.stream().map(WeakReference::get).filter(Objects::nonNull).toList();
    }
  }

  /**
   * Waits until the writers of all storages have written what waits now, for which they are all set
   * going first.
   *
   * @param deadline when to wait no longer
   */
  public static void flushAll(Deadline deadline) {
    List<RecordWriter> all = all();
    all.forEach(writer -> writer.startWriting(true));
    all.forEach(writer -> writer.flush(deadline));
  }

  /**
   * Writes static information.
   *
   * @param staticInfo what stays the same during the session
   * @param bytes about how much memory it takes
   */
  public void putStatic(Persistable staticInfo, long bytes) {
    add(new Entry(Kind.ANNOUNCEMENT, bytes, storage -> storage.putStaticInfo(staticInfo)));
  }

  /**
   * Writes what kind of records will follow.
   *
   * @param metaData session, type, worker and classes
   */
  public void putMetaData(StorageMetaData metaData) {
    add(new Entry(Kind.ANNOUNCEMENT, 1024, storage -> storage.putStorageMetaData(metaData)));
  }

  /**
   * Writes a diagnosis.
   *
   * @param diagnosis the record
   * @param bytes about how much memory it takes
   */
  public void putDiagnosis(Persistable diagnosis, long bytes) {
    add(new Entry(Kind.DIAGNOSIS, bytes, storage -> storage.putUpdate(diagnosis)));
  }

  /**
   * Writes a frame that belongs to a diagnosis.
   *
   * @param frame makes the record, in the thread that writes; empty if there is none
   * @param bytes about how much memory it takes
   */
  public void putFrame(Supplier<Optional<Persistable>> frame, long bytes) {
    add(frame(Kind.KEPT_FRAME, frame, bytes));
  }

  /**
   * Writes a frame that may be dropped.
   *
   * @param frame makes the record, in the thread that writes; empty if there is none
   * @param bytes about how much memory it takes
   */
  public void putMeasurement(Supplier<Optional<Persistable>> frame, long bytes) {
    add(frame(Kind.FRAME, frame, bytes));
  }

  private static Entry frame(Kind kind, Supplier<Optional<Persistable>> frame, long bytes) {
    return new Entry(kind, bytes, storage -> frame.get().ifPresent(storage::putUpdate));
  }

  private void add(Entry entry) {
    synchronized (lock) {
      backlog.add(entry);
      idlePauses = 0;
      if (!watched && !writing && !isInABreak()) {
        watched = WriterThreads.later(PAUSE, this::look);
      }
      if (backlog.size() == Backlog.MOST_FRAMES / 2) {
        startWriting(false);
      }
    }
  }

  private boolean isInABreak() {
    return System.nanoTime() - breakEnd < 0;
  }

  /** On the thread of the clock, as long as there was something to write lately. */
  private void look() {
    synchronized (lock) {
      startWriting(false);
      idlePauses = backlog.isEmpty() ? idlePauses + 1 : 0;
      watched =
          !writing
              && !isInABreak()
              && idlePauses < IDLE_PAUSES
              && WriterThreads.later(PAUSE, this::look);
    }
  }

  /** Has what waits written soon. Waits for nothing. */
  public void hurry() {
    startWriting(false);
  }

  /**
   * Starts a round unless one is going on.
   *
   * @param evenInABreak whether to try although the storage has just failed
   */
  private void startWriting(boolean evenInABreak) {
    synchronized (lock) {
      if (!writing && (evenInABreak || !isInABreak()) && !backlog.isEmpty()) {
        writing = WriterThreads.now(context, this::write);
      }
    }
  }

  /** A round: all that waits, and what comes meanwhile, until nothing is left or all fails. */
  private void write() {
    boolean anyTaken = false;
    boolean allFails = true; // until it is known better
    try {
      int inARow = 0;
      while (inARow < MOST_IN_A_ROW) {
        Entry entry = next();
        if (entry == null) {
          break;
        }
        boolean taken = isTaken(entry);
        anyTaken |= taken;
        inARow = taken ? 0 : inARow + 1;
        settle(entry, taken);
      }
      allFails = inARow == MOST_IN_A_ROW;
    } finally {
      finish(anyTaken, allFails);
    }
  }

  /** Takes the next one; null if nothing waits or too much has failed. */
  private @Nullable Entry next() {
    synchronized (lock) {
      inHand = failed.size() < MOST_FAILED ? backlog.poll() : null;
      return inHand;
    }
  }

  private boolean isTaken(Entry entry) {
    try {
      entry.call.accept(router);
      return true;
    } catch (Throwable fault) { // After any of them this thread must go on with the next record.
      tell(LoggedFault.of(fault));
      return false;
    } finally {
      Thread.interrupted(); // a storage may have interrupted it, and nobody else has reason to
    }
  }

  private void tell(LoggedFault fault) {
    if (told.size() < MOST_TOLD && told.add(fault.origin())) {
      faults.accept(fault);
    }
  }

  private void settle(Entry entry, boolean taken) {
    synchronized (lock) {
      if (!taken && !entry.mayBeDropped()) {
        failed.add(entry);
      }
      inHand = null;
      lock.notifyAll();
    }
  }

  private void finish(boolean anyTaken, boolean allFails) {
    synchronized (lock) {
      List<Entry> again = failed;
      failed = new ArrayList<>();
      if (anyTaken) {
        again.removeIf(entry -> ++entry.failures >= MOST_FAILURES);
      }
      backlog.putBack(again);
      inHand = null;
      writing = false;
      if (allFails || !again.isEmpty()) {
        roundsThatFailed++;
        takeABreak(anyTaken);
      } else {
        vainRounds = 0;
        watched = watched || WriterThreads.later(PAUSE, this::look);
      }
      lock.notifyAll();
    }
  }

  private void takeABreak(boolean anyTaken) {
    vainRounds = anyTaken ? 1 : Math.min(vainRounds + 1, MOST_VAIN_ROUNDS);
    Duration wait = SHORTEST_BREAK.multipliedBy(1L << (vainRounds - 1));
    wait = wait.compareTo(LONGEST_BREAK) < 0 ? wait : LONGEST_BREAK;
    breakEnd = System.nanoTime() + wait.toNanos();
    if (vainRounds < MOST_VAIN_ROUNDS && !backlog.isEmpty()) {
      var unused = WriterThreads.later(wait, () -> startWriting(false));
    }
  }

  /**
   * Waits until all that waits now is written, the storage fails, or the time is over.
   *
   * @param deadline when to wait no longer
   * @return whether all is written, or dropped for good
   */
  public boolean flush(Deadline deadline) {
    synchronized (lock) {
      long first = backlog.added();
      long failuresBefore = roundsThatFailed;
      while (isAnyOpen(first)) {
        if (roundsThatFailed != failuresBefore || deadline.isOver()) {
          return false;
        }
        startWriting(true);
        if (!await(deadline)) {
          return false;
        }
      }
      return true;
    }
  }

  private boolean isAnyOpen(long first) {
    Entry now = inHand;
    return (now != null && now.isAmong(first))
        || backlog.hasAnyAmong(first)
        || failed.stream().anyMatch(entry -> entry.isAmong(first));
  }

  /** Waits a little; returns false if interrupted. Every caller can bear to be woken early. */
  @SuppressWarnings("WaitNotInLoop")
  private boolean await(Deadline deadline) {
    try {
      long millis = Math.min(deadline.left().toMillis(), PAUSE.toMillis());
      lock.wait(Math.max(1, millis));
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
