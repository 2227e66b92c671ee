package io.github.dl4jstability.listeners.internal.report;

import io.github.dl4jstability.listeners.internal.observation.Observation;
import io.github.dl4jstability.listeners.internal.observation.StationaryNumbers;
import io.github.dl4jstability.listeners.internal.observation.Witness;
import io.github.dl4jstability.listeners.internal.recording.RecordingWriter;
import io.github.dl4jstability.listeners.internal.recording.RunSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import org.slf4j.Logger;

/**
 * Records what the rules of a listener and its clones are given, on a thread of {@link
 * WriterThreads}: who gives it hands over a reference and goes on.
 *
 * <p>A recording has no holes. If the disk does not keep up and some 32 MB wait, if the file cannot
 * be written, or if it has reached its limit, recording stops, the log says so once, and what was
 * recorded until then stays readable. What is in the file is at most about a second behind.
 *
 * <p>Thread-safe.
 */
public final class Recorder {
  private static final long LARGEST_BACKLOG_BYTES = 32L << 20;

  /** What the probe answers, and what is said of a run. */
  private static final long SMALL = 512;

  /** So often at the most the disk is written to; to wake a thread for each entry would cost. */
  private static final Duration PAUSE = Duration.ofMillis(50);

  /** How long an entry may wait for its block to fill. */
  private static final Duration LONGEST_GATHERING = Duration.ofSeconds(1);

  private static final Set<Recorder> OPEN = Collections.newSetFromMap(new WeakHashMap<>());

  static {
    AtExit.run(Recorder::closeAll);
  }

  private final Path path;
  private final RecordingWriter writer;
  private final Logger log;
  private final Runnable beforeExit;
  private final Object lock = new Object();

  private final Deque<Entry> waiting = new ArrayDeque<>();
  private long waitingBytes;
  private int runs;
  private boolean isOpen;
  private boolean full;
  private boolean stopped;
  private boolean scheduled;
  private boolean writing;
  private long lastBlock = System.nanoTime();

  /**
   * What is to be written.
   *
   * @param bytes about how much memory it holds
   */
  private record Entry(long bytes, Action action) {}

  /** Writes an entry. */
  private interface Action {
    void write(RecordingWriter writer) throws IOException;
  }

  /**
   * Creates a recorder.
   *
   * @param path the file
   * @param maxBytes longest file
   * @param log told when recording stops
   * @param beforeExit run before the end of the virtual machine closes the recording
   */
  public Recorder(Path path, long maxBytes, Logger log, Runnable beforeExit) {
    this.path = path;
    this.log = log;
    this.beforeExit = beforeExit;
    writer = new RecordingWriter(path, maxBytes);
    synchronized (OPEN) {
      OPEN.add(this);
    }
  }

  private static void closeAll(Deadline deadline) {
    List<Recorder> open;
    synchronized (OPEN) {
      open = List.copyOf(OPEN);
    }
    for (Recorder recorder : open) {
      recorder.beforeExit.run();
      recorder.close(deadline);
    }
  }

  /**
   * Begins to record a run.
   *
   * @param settings how it is watched
   * @return takes what the rules of that run are given, in order
   */
  public Witness begin(RunSettings settings) {
    synchronized (lock) {
      int run = runs++;
      add(new Entry(0, file -> file.began(run, settings)));
      return new RunWitness(run);
    }
  }

  private final class RunWitness implements Witness {
    private final int run;

    RunWitness(int run) {
      this.run = run;
    }

    @Override
    public void observed(Observation observation) {
      add(new Entry(Weight.of(observation), file -> file.observed(run, observation)));
    }

    @Override
    public void lookedAt(StationaryNumbers numbers) {
      add(new Entry(SMALL, file -> file.lookedAt(run, numbers)));
    }

    @Override
    public void notLookedAt(String reason) {
      add(new Entry(SMALL, file -> file.notLookedAt(run, reason)));
    }
  }

  private void add(Entry entry) {
    synchronized (lock) {
      if (stopped || full) {
        return;
      }
      isOpen = true;
      full = waitingBytes + entry.bytes() > LARGEST_BACKLOG_BYTES;
      if (full) {
        int iterations = waiting.size();
        waiting.add(
            new Entry(0, file -> file.stop("the disk is slower, and " + iterations + " waited")));
      } else {
        waiting.add(entry);
        waitingBytes += entry.bytes();
      }
      schedule();
    }
  }

  /** Has what waits written in a while. */
  private void schedule() {
    if (!scheduled) {
      scheduled = WriterThreads.later(PAUSE, this::tick);
    }
  }

  private void tick() {
    if (!WriterThreads.now(null, this::run)) {
      synchronized (lock) {
        scheduled = false;
        schedule();
      }
    }
  }

  /**
   * Writes that all was recorded until now, and waits until it is in the file. More may follow.
   *
   * @param deadline until when to wait
   */
  public void close(Deadline deadline) {
    synchronized (lock) {
      if (isOpen) {
        add(new Entry(0, RecordingWriter::closed));
        isOpen = false;
      }
      while ((!waiting.isEmpty() || writing) && !deadline.isOver()) {
        if (!writing) {
          var unused = WriterThreads.now(null, this::run);
        }
        if (!awaitWriting()) {
          return;
        }
      }
    }
  }

  /** Returns false if interrupted. */
  @SuppressWarnings("WaitNotInLoop")
  private boolean awaitWriting() {
    try {
      lock.wait(PAUSE.toMillis());
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void run() {
    List<Entry> batch;
    synchronized (lock) {
      if (writing) {
        return;
      }
      writing = true;
      batch = List.copyOf(waiting);
      waiting.clear();
      waitingBytes = 0;
    }
    write(batch);
    synchronized (lock) {
      writing = false;
      scheduled = false;
      lock.notifyAll();
      if (!stopped && (!waiting.isEmpty() || writer.isGathering())) {
        schedule();
      }
    }
  }

  private void write(List<Entry> batch) {
    try {
      for (Entry entry : batch) {
        entry.action().write(writer);
      }
      long now = System.nanoTime();
      if (now - lastBlock > LONGEST_GATHERING.toNanos()) {
        lastBlock = now;
        writer.writeBlock();
      }
      writer.stopReason().ifPresent(this::stop);
    } catch (IOException fault) {
      stop("it cannot be written: " + fault);
    } catch (RuntimeException | Error fault) {
      log.error("DL4J Stability could not record to {} after a fault of its own.", path, fault);
      stop("a fault of its own");
    }
  }

  private void stop(String reason) {
    synchronized (lock) {
      if (!stopped) {
        stopped = true;
        waiting.clear();
        log.warn("The recording {} stops: {}. Training and diagnosis go on.", path, reason);
      }
    }
  }
}
