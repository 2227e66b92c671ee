package io.github.dl4jstability.listeners.internal.report;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The threads of all writers: one that looks at the time, and one for each storage that is just
 * being written to, {@value #MOST} at the most. All are daemons and end when idle.
 */
final class WriterThreads {
  /**
   * Storages that may be written to at the same time. As long as so many are blocked no other
   * storage of the virtual machine is written to; what is to be written then waits, bounded.
   */
  static final int MOST = 64;

  private static final Duration IDLE = Duration.ofSeconds(1);

  private static final ScheduledThreadPoolExecutor CLOCK = clock();
  private static final ThreadPoolExecutor WORKERS =
      new ThreadPoolExecutor(
          0,
          MOST,
          IDLE.toNanos(),
          TimeUnit.NANOSECONDS,
          new SynchronousQueue<>(),
          task -> thread(task, "dl4j-stability-writer"));

  private WriterThreads() {}

  private static ScheduledThreadPoolExecutor clock() {
    ScheduledThreadPoolExecutor clock =
        new ScheduledThreadPoolExecutor(1, task -> thread(task, "dl4j-stability-writer-clock"));
    clock.setKeepAliveTime(IDLE.toNanos(), TimeUnit.NANOSECONDS);
    clock.allowCoreThreadTimeOut(true);
    return clock;
  }

  /** Keeps nothing of the thread that happens to be the first to write. */
  private static Thread thread(Runnable task, String name) {
    Thread thread = new Thread(null, task, name, 0, false);
    thread.setContextClassLoader(null);
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Runs a task after a while, on the thread of the clock, which it must not hold up.
   *
   * @return false if there is no thread to be had
   */
  static boolean later(Duration delay, Runnable task) {
    try {
      var unused = CLOCK.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (RejectedExecutionException | OutOfMemoryError noThread) {
      return false;
    }
  }

  /**
   * Runs a task at once, with a context class loader as a storage may need it.
   *
   * @return false if there is no thread to be had
   */
  static boolean now(@Nullable ClassLoader context, Runnable task) {
    try {
      WORKERS.execute(() -> run(context, task));
      return true;
    } catch (RejectedExecutionException | OutOfMemoryError noThread) {
      return false;
    }
  }

  private static void run(@Nullable ClassLoader context, Runnable task) {
    Thread.currentThread().setContextClassLoader(context);
    try {
      task.run();
    } finally {
      Thread.currentThread().setContextClassLoader(null);
    }
  }
}
