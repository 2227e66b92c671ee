package io.github.dl4jstability.listeners.report;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.core.storage.StorageMetaData;
import org.jspecify.annotations.Nullable;

/**
 * Writes records to a storage from a thread of its own, so that training never waits for a disk or
 * a network.
 *
 * <p>What is essential (static information, diagnoses) is kept until the storage has taken it, and
 * is tried again each second while the storage fails. Everything else may be thinned: when {@value
 * #LARGEST_BACKLOG} such records wait, every second one of them is dropped; when the storage fails,
 * they are dropped. A fault is told once, however often the storage fails and recovers.
 *
 * <p>The thread is a daemon, starts with the first record and ends when there has been nothing to
 * write for a while. Thread-safe.
 */
public final class RecordWriter {
  private static final int LARGEST_BACKLOG = 512;

  /**
   * The thread looks for records that often. To wake it for each would cost the training thread
   * more than to make the record: on virtual machines some ten microseconds and more.
   */
  private static final Duration PAUSE = Duration.ofMillis(50);

  /** Pauses without a record after which the thread ends. */
  private static final int IDLE_PAUSES = 40;

  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration LONGEST_LAST_FLUSH = Duration.ofSeconds(5);

  /** Writers with a thread of their own that the end of the virtual machine would cut short. */
  private static final Set<RecordWriter> OPEN = Collections.newSetFromMap(new WeakHashMap<>());

  static {
    AtExit.run(RecordWriter::flushAll);
  }

  private final StatsStorageRouter router;
  private final Consumer<Throwable> faults;
  private final Set<Origin> told = new HashSet<>();
  private final Object lock = new Object();

  private Deque<Entry> waiting = new ArrayDeque<>();
  private boolean writing;
  private boolean hurried;
  private boolean failing;
  private @Nullable Thread thread;

  /** One call to the storage. */
  private record Entry(boolean essential, Consumer<StatsStorageRouter> call) {}

  /** What tells a fault from others: its messages may differ each time. */
  private record Origin(Class<?> kind, Optional<StackTraceElement> place) {
    static Origin of(Throwable fault) {
      Throwable root = fault;
      while (root.getCause() != null) {
        root = root.getCause();
      }
      return new Origin(root.getClass(), Arrays.stream(root.getStackTrace()).findFirst());
    }
  }

  /**
   * Creates a writer.
   *
   * @param router the storage
   * @param faults told of each fault once: of those of one class from one place, the first
   */
  public RecordWriter(StatsStorageRouter router, Consumer<Throwable> faults) {
    this.router = router;
    this.faults = faults;
    synchronized (OPEN) {
      OPEN.add(this);
    }
  }

  private static void flushAll() {
    List<RecordWriter> open;
    synchronized (OPEN) {
      open = List.copyOf(OPEN);
    }
    open.forEach(writer -> writer.flush(LONGEST_LAST_FLUSH));
  }

  /**
   * Writes static information.
   *
   * @param staticInfo what stays the same during the session
   */
  public void putStatic(Persistable staticInfo) {
    add(new Entry(true, storage -> storage.putStaticInfo(staticInfo)));
  }

  /**
   * Writes what kind of records will follow.
   *
   * @param metaData session, type, worker and classes
   */
  public void putMetaData(StorageMetaData metaData) {
    add(new Entry(true, storage -> storage.putStorageMetaData(metaData)));
  }

  /**
   * Writes an update that must not be lost.
   *
   * @param update the record
   */
  public void putUpdate(Persistable update) {
    add(new Entry(true, storage -> storage.putUpdate(update)));
  }

  /**
   * Writes an update that may be dropped.
   *
   * @param update makes the record, in the thread that writes; empty if there is none
   */
  public void putMeasurement(Supplier<Optional<Persistable>> update) {
    add(new Entry(false, storage -> update.get().ifPresent(storage::putUpdate)));
  }

  private void add(Entry entry) {
    synchronized (lock) {
      if (!entry.essential() && waiting.size() >= LARGEST_BACKLOG) {
        thin();
      }
      waiting.add(entry);
      if (thread == null) {
        thread = new Thread(this::run, "dl4j-stability-writer");
        thread.setDaemon(true);
        thread.start();
      }
      if (waiting.size() == LARGEST_BACKLOG / 2) {
        hurry();
      }
    }
  }

  /** Ends the thread's pause. */
  private void hurry() {
    hurried = true;
    lock.notifyAll();
  }

  private void thin() {
    Deque<Entry> kept = new ArrayDeque<>();
    boolean drop = false;
    for (Entry entry : waiting) {
      if (entry.essential() || !drop) {
        kept.add(entry);
      }
      drop = entry.essential() == drop;
    }
    waiting = kept;
  }

  /**
   * Waits until everything is written, the storage fails, or the time is over.
   *
   * @param longest how long to wait
   */
  public void flush(Duration longest) {
    long end = System.nanoTime() + longest.toNanos();
    synchronized (lock) {
      while ((!waiting.isEmpty() || writing) && !failing) {
        hurry();
        long left = end - System.nanoTime();
        if (left <= 0 || !await(Duration.ofNanos(left))) {
          return;
        }
      }
    }
  }

  private void run() {
    while (true) {
      List<Entry> batch = next();
      if (batch.isEmpty()) {
        return;
      }
      List<Entry> failed = new ArrayList<>();
      for (Entry entry : batch) {
        if (!write(entry) && entry.essential()) {
          failed.add(entry);
        }
      }
      finish(failed);
    }
  }

  /** Takes all that waits; an empty list ends the thread. */
  private List<Entry> next() {
    synchronized (lock) {
      for (int pause = 0; !hurried && pause < IDLE_PAUSES; pause++) {
        await(PAUSE);
        if (!waiting.isEmpty()) {
          break;
        }
      }
      hurried = false;
      if (waiting.isEmpty()) {
        thread = null;
      }
      List<Entry> batch = List.copyOf(waiting);
      waiting.clear();
      writing = !batch.isEmpty();
      return batch;
    }
  }

  private boolean write(Entry entry) {
    try {
      entry.call().accept(router);
      setFailing(false);
      return true;
    } catch (Throwable fault) { // After any of them this thread must go on with the next record.
      setFailing(true);
      if (told.add(Origin.of(fault))) {
        faults.accept(fault);
      }
      return false;
    }
  }

  private void setFailing(boolean now) {
    synchronized (lock) {
      failing = now;
    }
  }

  private void finish(List<Entry> failed) {
    synchronized (lock) {
      for (int i = failed.size() - 1; i >= 0; i--) {
        waiting.addFirst(failed.get(i));
      }
      writing = false;
      lock.notifyAll();
      if (!failed.isEmpty()) {
        await(RETRY);
      }
    }
  }

  /** Returns false if interrupted. Every caller can bear to be woken early. */
  @SuppressWarnings("WaitNotInLoop")
  private boolean await(Duration time) {
    try {
      lock.wait(Math.max(1, time.toMillis()));
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
