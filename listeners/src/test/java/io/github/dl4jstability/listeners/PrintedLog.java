package io.github.dl4jstability.listeners;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/**
 * Keeps the warnings and errors that loggers print while it is open; they are printed at its end.
 */
public final class PrintedLog implements AutoCloseable {
  private final PrintStream standardError = System.err;
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  /** Begins to listen. */
  public PrintedLog() {
    System.setErr(new PrintStream(printed, true, StandardCharsets.UTF_8));
  }

  /** Returns the lines so far. */
  public Stream<String> lines() {
    return printed.toString(StandardCharsets.UTF_8).lines();
  }

  /** Returns the lines so far that tell of a fault of the listener, without stack traces. */
  public List<String> faults() {
    return lines()
        .filter(
            line ->
                line.contains("DL4J Stability switched off")
                    || line.contains("DL4J Stability leaves out")
                    || line.contains("The storage fails"))
        .toList();
  }

  @Override
  public void close() {
    System.setErr(standardError);
    standardError.print(printed.toString(StandardCharsets.UTF_8));
  }
}
