package io.github.dl4jstability.benchmarks.bounds;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What the operating system and the virtual machine know of this process. */
final class OwnProcess {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final int COLLECTIONS = 4;

  private OwnProcess() {}

  /** Returns the largest resident memory so far, in MB. */
  static double peakResidentMegabytes() throws IOException {
    try (Stream<String> lines = Files.lines(STATUS)) {
      return lines
              .filter(line -> line.startsWith("VmHWM"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
              .findFirst()
              .orElseThrow()
          / 1024.0;
    }
  }

  /** Returns the heap in use after garbage collection, in MB. */
  static double heapMegabytes() throws InterruptedException {
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc();
      Thread.sleep(100); // Reference handlers need a moment.
    }
    Runtime runtime = Runtime.getRuntime();
    return (runtime.totalMemory() - runtime.freeMemory()) / (double) (1 << 20);
  }

  /** Returns how many threads of the suite there are. */
  static long threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().contains("stability"))
        .count();
  }
}
