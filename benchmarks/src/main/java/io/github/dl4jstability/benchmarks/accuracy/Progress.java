package io.github.dl4jstability.benchmarks.accuracy;

import java.io.PrintStream;
import java.time.Duration;

/** Tells how many runs are done and how long the rest will take, every few seconds. Thread-safe. */
final class Progress {
  private static final long SILENCE_NANOS = Duration.ofSeconds(5).toNanos();

  private final PrintStream out;
  private final int total;
  private final long started = System.nanoTime();
  private long spoken = started;
  private int done;
  private int wrong;

  Progress(PrintStream out, int total) {
    this.out = out;
    this.total = total;
  }

  synchronized void add(Verdict verdict) {
    done++;
    if (!verdict.isRight()) {
      wrong++;
    }
    long now = System.nanoTime();
    if (done == total || now - spoken >= SILENCE_NANOS) {
      spoken = now;
      Duration elapsed = Duration.ofNanos(now - started);
      Duration rest = elapsed.multipliedBy(total - done).dividedBy(done);
      out.printf(
          "%d of %d runs, %d wrong, %s so far, %s left%n",
          done, total, wrong, text(elapsed), text(rest));
    }
  }

  static String text(Duration duration) {
    return duration.toMinutes() + " min " + duration.toSecondsPart() + " s";
  }
}
