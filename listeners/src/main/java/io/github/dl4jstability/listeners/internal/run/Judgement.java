package io.github.dl4jstability.listeners.internal.run;

import io.github.dl4jstability.listeners.DiagnosisEvent;
import io.github.dl4jstability.listeners.internal.diagnosis.Diagnostician;
import io.github.dl4jstability.listeners.internal.observation.Observation;
import io.github.dl4jstability.listeners.internal.report.AtExit;
import io.github.dl4jstability.listeners.internal.report.Deadline;
import io.github.dl4jstability.listeners.internal.report.RecordWriter;
import io.github.dl4jstability.listeners.internal.report.Sink;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
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
 * <p>Any thread may judge what waits. If one is at it, the training thread leaves what it brings to
 * that one and goes on; those that ask or flush wait, for a bounded time.
 */
public final class Judgement {
  public static final Executor IN_A_MOMENT = inAMoment();

  private static final String NAME = "judgement";

  /** How long whoever asks, or ends an epoch, waits for a thread that judges. */
  public static final Duration LONGEST_ANSWER = Duration.ofSeconds(1);

  /** Only if the thread that judges is stuck in a sink; what comes then is left out. */
  static final int MOST_WAITING = 256;

  /** Held strongly: the listener of a worker may be gone before what waits is judged. */
  private static final Set<Judgement> PENDING = ConcurrentHashMap.newKeySet();

  static {
    AtExit.run(
        deadline -> {
          PENDING.forEach(pending -> pending.judge(deadline));
          RecordWriter.flushAll(deadline);
        });
  }

  private final DiagnosisHistory history;
  private final Numbering numbering;
  private final Diagnostician diagnostician;
  private final Map<String, Sink> sinks;
  private final FaultBarrier barrier;
  private final Executor later;
  private final Queue<Observation> waiting = new LinkedBlockingQueue<>(MOST_WAITING);
  private final AtomicBoolean lookedAfter = new AtomicBoolean();
  private final ReentrantLock judging = new ReentrantLock();
  private volatile boolean stalled;

  /**
   * @param session gives the diagnoses their numbers
   * @param history whose readers want to know what waits
   * @param sinks by name of the part that is switched off if one fails
   * @param later judges what waits: {@link #IN_A_MOMENT}
   */
  public Judgement(
      Session session,
      DiagnosisHistory history,
      Diagnostician diagnostician,
      Map<String, Sink> sinks,
      FaultBarrier barrier,
      Executor later) {
    this.numbering = new Numbering(session);
    this.history = history;
    this.diagnostician = diagnostician;
    this.sinks = sinks;
    this.barrier = barrier;
    this.later = later;
  }

  /** A daemon thread for all runs, which ends when it has had nothing to do for a while. */
  private static Executor inAMoment() {
    ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, Judgement::thread);
    executor.setKeepAliveTime(2, TimeUnit.SECONDS);
    executor.allowCoreThreadTimeOut(true);
    return task -> {
      var unused = executor.schedule(task, 50, TimeUnit.MILLISECONDS);
    };
  }

  /** Keeps nothing of the thread that happens to be the first to train. */
  private static Thread thread(Runnable task) {
    Thread thread = new Thread(null, task, "dl4j-stability-judge", 0, false);
    thread.setContextClassLoader(Judgement.class.getClassLoader());
    thread.setDaemon(true);
    return thread;
  }

  /** Judges whatever waits for the readers of a history. */
  public static void catchUp(DiagnosisHistory history) {
    Deadline deadline = Deadline.in(LONGEST_ANSWER);
    for (Judgement pending : PENDING) {
      if (pending.history == history) {
        pending.judge(deadline);
      }
    }
  }

  /** Returns the observation that has waited longest. */
  Optional<Observation> longestWaiting() {
    return Optional.ofNullable(waiting.peek());
  }

  /** Tells whether the loss stalls, as far as it was judged. */
  boolean isStalled() {
    return stalled;
  }

  /** Judges an observation in a moment, with all that wait. */
  void judgeLater(Observation observation) {
    add(observation);
    if (barrier.isOn(NAME)) {
      haveLookedAfter();
    }
  }

  private void haveLookedAfter() {
    if (lookedAfter.compareAndSet(false, true)) {
      barrier.run("thread beside training", () -> later.execute(this::lookAfter));
    }
  }

  /** Comes back until nothing waits: to wake the thread each time would cost the training. */
  private void lookAfter() {
    boolean found = !waiting.isEmpty();
    judgeWaiting(Duration.ZERO);
    lookedAfter.set(false);
    if (found || !waiting.isEmpty()) {
      haveLookedAfter();
    }
  }

  /**
   * Judges an observation at once, after all that wait.
   *
   * @param next what to ask the rules then; left out if another thread is at it
   */
  void judge(Observation observation, Consumer<Diagnostician> next) {
    add(observation);
    judgeWaiting(Duration.ZERO, next);
  }

  private void add(Observation observation) {
    if (barrier.isOn(NAME) && waiting.offer(observation)) {
      PENDING.add(this);
    }
  }

  /** Judges what waits; until the deadline it waits for a thread that is at it. */
  void judge(Deadline deadline) {
    judgeWaiting(deadline.left());
  }

  /** Judges what waits and leaves to the session what the next run has to know. */
  void putAside(Session session) {
    judge(Deadline.in(LONGEST_ANSWER));
    numbering.putAside(session);
  }

  private void judgeWaiting(Duration patience) {
    judgeWaiting(patience, rules -> {});
  }

  /** Judges what waits, again if more came when others saw that this thread was still at it. */
  private void judgeWaiting(Duration patience, Consumer<Diagnostician> next) {
    if (!isFreeWithin(patience)) {
      return;
    }
    try {
      drain();
      next.accept(diagnostician);
      stalled = diagnostician.stall().isPresent();
    } finally {
      judging.unlock();
    }
    if (!waiting.isEmpty()) {
      judgeWaiting(patience);
    }
  }

  private void drain() {
    for (Observation next = waiting.poll(); next != null; next = waiting.poll()) {
      Observation observation = next;
      barrier.attempt(NAME, () -> judge(observation));
    }
    if (!barrier.isOn(NAME)) {
      waiting.clear();
    }
    PENDING.remove(this);
    if (!waiting.isEmpty()) {
      PENDING.add(this);
    }
  }

  private void judge(Observation observation) {
    List<DiagnosisEvent> events =
        numbering.of(observation.iteration(), diagnostician.judge(observation));
    sinks.forEach((part, sink) -> barrier.attempt(part, () -> sink.accept(observation, events)));
  }

  /** Takes the lock, unless this thread has it already or another keeps it for too long. */
  private boolean isFreeWithin(Duration patience) {
    if (judging.isHeldByCurrentThread()) {
      return false;
    }
    try {
      return judging.tryLock() || judging.tryLock(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
