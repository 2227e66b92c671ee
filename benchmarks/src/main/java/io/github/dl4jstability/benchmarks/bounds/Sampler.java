package io.github.dl4jstability.benchmarks.bounds;

import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;

/** Asks a thread every few milliseconds whether it is busy with a look, or waits for one. */
final class Sampler implements AutoCloseable {
  private static final long MILLIS = 10;

  private final Thread training;
  private final Thread thread = new Thread(this::sample, "sampler");
  private final LongAdder looking = new LongAdder();
  private final LongAdder all = new LongAdder();

  Sampler(Thread training) {
    this.training = training;
    thread.setDaemon(true);
    thread.start();
  }

  private void sample() {
    long before = System.nanoTime();
    while (true) {
      try {
        Thread.sleep(MILLIS);
      } catch (InterruptedException closed) {
        return;
      }
      boolean looks = isLooking();
      long now = System.nanoTime();
      all.add(now - before);
      looking.add(looks ? now - before : 0);
      before = now;
    }
  }

  private boolean isLooking() {
    return Arrays.stream(training.getStackTrace())
        .map(StackTraceElement::getClassName)
        .anyMatch(type -> type.contains(".listeners.stall.") || type.contains(".curvature."));
  }

  /** Returns the share of the time so far. */
  double share() {
    return looking.doubleValue() / Math.max(1, all.doubleValue());
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
