package io.github.dl4jstability.benchmarks.bounds;

import java.util.Arrays;

/** Keeps a processor and the memory busy until it is closed. */
final class Neighbour implements AutoCloseable {
  private static final int LONGS = 8 << 20;

  private final Thread thread = new Thread(this::stream, "neighbour");
  private volatile boolean goesOn = true;
  private volatile long last;

  Neighbour() {
    thread.setDaemon(true);
    thread.start();
  }

  private void stream() {
    long[] memory = new long[LONGS];
    while (goesOn) {
      Arrays.setAll(memory, i -> memory[i] + i);
      last = memory[LONGS - 1];
    }
  }

  /** Returns something that depends on all its work, so that none is left out. */
  long last() {
    return last;
  }

  @Override
  public void close() throws InterruptedException {
    goesOn = false;
    thread.join();
  }
}
