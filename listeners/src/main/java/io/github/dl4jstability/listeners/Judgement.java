package io.github.dl4jstability.listeners;

import io.github.dl4jstability.listeners.observation.Observation;
import io.github.dl4jstability.listeners.report.Sink;
import io.github.dl4jstability.listeners.rules.Diagnostician;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * From the observations of one model to the sinks. Observations may wait here to be judged
 * together: for a moment, until the training thread says so, somebody asks for diagnoses, or the
 * virtual machine ends, whichever comes first.
 *
 * <p>Any thread may judge what waits. The training thread never waits for another that is at it;
 * those that ask or flush do, for a bounded time.
 */
final class Judgement {
  private static final String NAME = "judgement";
  private static final Duration MOMENT = Duration.ofMillis(50);
  private static final Duration LONGEST_ANSWER = Duration.ofSeconds(1);
  private static final Duration LONGEST_FLUSH = Duration.ofSeconds(5);
  static final Executor IN_A_MOMENT = inAMoment();

  /** Held strongly: the listener of a worker may be gone before what waits is judged. */
  private static final Set<Judgement> PENDING = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> PENDING.forEach(Judgement::flush)));
  }

  private final DiagnosisHistory history;
  private final Diagnostician diagnostician;
  private final Map<String, Sink> sinks;
  private final FaultBarrier barrier;
  private final Executor later;
  private final Queue<Observation> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean lookedAfter = new AtomicBoolean();
  private final ReentrantLock judging = new ReentrantLock();

  /**
   * Creates one that judges what waits in a moment, on a thread of its own.
   *
   * @param history whose readers want to know what waits
   * @param sinks by name of the part that is switched off if one fails
   */
  Judgement(
      DiagnosisHistory history,
      Diagnostician diagnostician,
      Map<String, Sink> sinks,
      FaultBarrier barrier) {
    this(history, diagnostician, sinks, barrier, IN_A_MOMENT);
  }

  /**
   * Creates one for tests that do not depend on time.
   *
   * @param later judges what waits
   */
  Judgement(
      DiagnosisHistory history,
      Diagnostician diagnostician,
      Map<String, Sink> sinks,
      FaultBarrier barrier,
      Executor later) {
    this.history = history;
    this.diagnostician = diagnostician;
    this.sinks = sinks;
    this.barrier = barrier;
    this.later = later;
  }

  /** A daemon thread that ends when it has had nothing to do for a while. */
  private static Executor inAMoment() {
    ScheduledThreadPoolExecutor executor =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "dl4j-stability-judge");
              thread.setDaemon(true);
              return thread;
            });
    executor.setKeepAliveTime(40 * MOMENT.toMillis(), TimeUnit.MILLISECONDS);
    executor.allowCoreThreadTimeOut(true);
    return task -> {
      var unused = executor.schedule(task, MOMENT.toMillis(), TimeUnit.MILLISECONDS);
    };
  }

  /** Judges whatever waits for the readers of a history. */
  static void catchUp(DiagnosisHistory history) {
    for (Judgement pending : PENDING) {
      if (pending.history == history) {
        pending.judgeWaiting(LONGEST_ANSWER);
      }
    }
  }

  /** Returns the observation that has waited longest. */
  Optional<Observation> longestWaiting() {
    return Optional.ofNullable(waiting.peek());
  }

  /** Judges an observation in a moment, with all that wait. */
  void judgeLater(Observation observation) {
    add(observation);
    PENDING.add(this);
    if (lookedAfter.compareAndSet(false, true)) {
      barrier.run("thread for the " + NAME, () -> later.execute(this::lookAfter));
    }
  }

  private void lookAfter() {
    lookedAfter.set(false);
    judgeWaiting(LONGEST_FLUSH);
  }

  /**
   * Judges an observation at once, after all that wait; or leaves it to the thread that is at it.
   */
  void judge(Observation observation) {
    add(observation);
    judgeWaiting(Duration.ZERO);
  }

  private void add(Observation observation) {
    if (barrier.isOn(NAME)) {
      waiting.add(observation);
    }
  }

  /** Asks the rules, unless a thread is just judging. */
  void ask(Consumer<Diagnostician> question) {
    if (isFreeWithin(Duration.ZERO)) {
      try {
        question.accept(diagnostician);
      } finally {
        judging.unlock();
      }
    }
  }

  /** Calls the user back; only for the thread that trains, or that closes the listener. */
  void deliver() {
    sinks.forEach((part, sink) -> barrier.run(part, sink::deliver));
  }

  /** Judges what waits and waits, for a bounded time, until all of it has arrived. */
  void flush() {
    judgeWaiting(LONGEST_FLUSH);
    deliver();
    sinks.forEach((part, sink) -> barrier.run(part, sink::flush));
  }

  /** Judges what waits, again if more came when it was too late for this thread to see it. */
  private void judgeWaiting(Duration patience) {
    do {
      if (!isFreeWithin(patience)) {
        return;
      }
      try {
        barrier.run(NAME, this::judgeAll);
        if (!barrier.isOn(NAME)) {
          waiting.clear();
        }
        PENDING.remove(this);
        if (!waiting.isEmpty()) {
          PENDING.add(this);
        }
      } finally {
        judging.unlock();
      }
    } while (!waiting.isEmpty());
  }

  private void judgeAll() {
    for (Observation next = waiting.poll(); next != null; next = waiting.poll()) {
      Observation observation = next;
      List<DiagnosisEvent> events = diagnostician.judge(observation);
      sinks.forEach((part, sink) -> barrier.run(part, () -> sink.accept(observation, events)));
    }
  }

  /** Takes the lock, unless this thread has it already or another keeps it for too long. */
  private boolean isFreeWithin(Duration patience) {
    if (judging.isHeldByCurrentThread()) {
      return false;
    }
    try {
      return judging.tryLock()
          || (!patience.isZero() && judging.tryLock(patience.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
