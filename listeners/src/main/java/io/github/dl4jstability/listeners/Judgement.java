package io.github.dl4jstability.listeners;

import io.github.dl4jstability.listeners.observation.Observation;
import io.github.dl4jstability.listeners.report.Sink;
import io.github.dl4jstability.listeners.rules.Diagnostician;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * From the observations of one model to the sinks. Observations may wait here to be judged
 * together: until the training thread says so, somebody asks for diagnoses, or the virtual machine
 * ends, whichever comes first.
 *
 * <p>Any thread may judge what waits. The training thread and those that ask never wait for one
 * that is just doing it; only {@link #flush()} does, for a bounded time.
 */
final class Judgement {
  private static final String NAME = "judgement";
  private static final Duration LONGEST_FLUSH = Duration.ofSeconds(5);

  /** Runs that were left with something waiting; more than a program trains at a time. */
  private static final int MOST_PENDING = 64;

  /** Held strongly: the listener of a worker may be gone before anybody asks. */
  private static final Set<Judgement> PENDING = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> PENDING.forEach(Judgement::flush)));
  }

  private final DiagnosisHistory history;
  private final Diagnostician diagnostician;
  private final Map<String, Sink> sinks;
  private final FaultBarrier barrier;
  private final Queue<Observation> waiting = new ConcurrentLinkedQueue<>();
  private final ReentrantLock judging = new ReentrantLock();

  /**
   * @param history whose readers want to know what waits
   * @param sinks by name of the part that is switched off if one fails
   */
  Judgement(
      DiagnosisHistory history,
      Diagnostician diagnostician,
      Map<String, Sink> sinks,
      FaultBarrier barrier) {
    this.history = history;
    this.diagnostician = diagnostician;
    this.sinks = sinks;
    this.barrier = barrier;
  }

  /** Judges whatever waits for the readers of a history. */
  static void catchUp(DiagnosisHistory history) {
    for (Judgement pending : PENDING) {
      if (pending.history == history) {
        pending.catchUp();
      }
    }
  }

  /** Lets an observation wait. */
  void add(Observation observation) {
    if (barrier.isOn(NAME)) {
      waiting.add(observation);
      PENDING.add(this);
      if (PENDING.size() > MOST_PENDING) {
        PENDING.forEach(Judgement::catchUp);
      }
    }
  }

  /**
   * Judges what waits, on the thread that trains, and calls the user back.
   *
   * @param next what to ask the rules then; left out if another thread is just judging
   */
  void judge(Consumer<Diagnostician> next) {
    if (judging.tryLock()) {
      try {
        judgeWaiting();
        next.accept(diagnostician);
      } finally {
        judging.unlock();
      }
    }
    deliver();
  }

  private void catchUp() {
    // Again if something came when it was too late for this thread and too early for the other.
    while (!waiting.isEmpty() && !judging.isHeldByCurrentThread() && judging.tryLock()) {
      try {
        judgeWaiting();
      } finally {
        judging.unlock();
      }
    }
  }

  private void judgeWaiting() {
    barrier.run(
        NAME,
        () -> {
          for (Observation next = waiting.poll(); next != null; next = waiting.poll()) {
            judge(next);
          }
        });
    if (!barrier.isOn(NAME)) {
      waiting.clear();
    }
    PENDING.remove(this);
    if (!waiting.isEmpty()) {
      PENDING.add(this);
    }
  }

  private void judge(Observation observation) {
    List<DiagnosisEvent> events = diagnostician.judge(observation);
    sinks.forEach((part, sink) -> barrier.run(part, () -> sink.accept(observation, events)));
  }

  private void deliver() {
    sinks.forEach((part, sink) -> barrier.run(part, sink::deliver));
  }

  /** Judges what waits and waits, for a bounded time, until all of it has arrived. */
  void flush() {
    if (isFreeSoon()) {
      try {
        judgeWaiting();
      } finally {
        judging.unlock();
      }
    }
    deliver();
    sinks.forEach((part, sink) -> barrier.run(part, sink::flush));
  }

  /** Takes the lock, unless this thread has it already. */
  private boolean isFreeSoon() {
    try {
      return !judging.isHeldByCurrentThread()
          && judging.tryLock(LONGEST_FLUSH.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return judging.tryLock();
    }
  }
}
