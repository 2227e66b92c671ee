package io.github.dl4jstability.benchmarks.zoo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A virtual machine of its own for a list of combinations. Where glibc has a debugging allocator,
 * it is used: it aborts soon after something was written beyond an array, and fills what is
 * allocated and freed, so that nothing that was read there by mistake goes unnoticed.
 */
final class Child {
  private static final Path CHECKING_ALLOCATOR =
      Path.of("/lib/x86_64-linux-gnu/libc_malloc_debug.so.0");
  private static final int KILLED = 128 + 9;

  private final Duration patience;
  private final boolean checksHeap;

  /**
   * @param patience how long it may be silent before it counts as hanging
   * @param checksHeap whether to use the debugging allocator if there is one
   */
  Child(Duration patience, boolean checksHeap) {
    this.patience = patience;
    this.checksHeap = checksHeap;
  }

  /** How a child ended. */
  record End(boolean hung, int exitCode) {
    boolean isWell() {
      return !hung && exitCode == 0;
    }

    @Override
    public String toString() {
      return hung ? "silent for too long" : "exit code " + exitCode;
    }
  }

  /** Visits the combinations of these names, and hands on each line of output. */
  End visit(List<String> names, Consumer<String> lines) throws IOException, InterruptedException {
    Process process = start();
    try {
      BlockingQueue<Optional<String>> output = new LinkedBlockingQueue<>();
      Thread reader = new Thread(() -> read(process, output), "zoo-reader");
      reader.setDaemon(true);
      reader.start();
      try (Writer writer = process.outputWriter(StandardCharsets.UTF_8)) {
        writer.write(String.join("\n", names));
      }
      return follow(process, output, lines);
    } finally {
      process.destroyForcibly();
    }
  }

  private End follow(
      Process process, BlockingQueue<Optional<String>> output, Consumer<String> lines)
      throws InterruptedException {
    while (true) {
      Optional<String> line = output.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
      if (line == null) {
        return new End(true, KILLED);
      }
      if (line.isEmpty()) {
        return new End(false, process.waitFor());
      }
      lines.accept(line.get());
    }
  }

  private static void read(Process process, BlockingQueue<Optional<String>> output) {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        output.add(Optional.of(line));
      }
    } catch (IOException | UncheckedIOException closed) {
      // The process was killed, which its exit code tells.
    }
    output.add(Optional.empty());
  }

  private Process start() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx1g",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1", // The code of one combination is hardly used again.
            "-XX:-CreateCoredumpOnCrash",
            "-XX:ErrorFile=/dev/null",
            "-XX:ErrorLogTimeout=4",
            "-Dorg.bytedeco.javacpp.maxbytes=2g",
            "-Dorg.bytedeco.javacpp.maxphysicalbytes=0", // Looking that up takes half of the time.
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
            "-Dorg.slf4j.simpleLogger.log.io.github.dl4jstability=warn",
            "-cp",
            System.getProperty("java.class.path"),
            Cage.class.getName());
    builder.redirectErrorStream(true);
    builder.environment().put("OMP_NUM_THREADS", "1");
    if (checksHeap && Files.exists(CHECKING_ALLOCATOR)) {
      builder.environment().put("LD_PRELOAD", CHECKING_ALLOCATOR.toString());
      builder.environment().put("GLIBC_TUNABLES", "glibc.malloc.check=3:glibc.malloc.perturb=165");
    }
    return builder.start();
  }
}
