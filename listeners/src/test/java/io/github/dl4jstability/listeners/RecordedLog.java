package io.github.dl4jstability.listeners;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.event.Level;
import org.slf4j.event.SubstituteLoggingEvent;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.helpers.SubstituteLogger;

/** A log that keeps what is written to it. */
public final class RecordedLog {
  private final Queue<SubstituteLoggingEvent> events = new ConcurrentLinkedQueue<>();
  private final Logger logger = new SubstituteLogger("recorded", events, false);

  /** One line, without what is printed of an exception. */
  public record Line(Level level, String text) {}

  /** Returns where to write. */
  public Logger logger() {
    return logger;
  }

  /** Returns what was written, oldest first. */
  public List<Line> lines() {
    return events.stream()
        .map(
            event ->
                new Line(
                    event.getLevel(),
                    MessageFormatter.arrayFormat(event.getMessage(), event.getArgumentArray())
                        .getMessage()))
        .toList();
  }

  /** Returns the exceptions that came with the lines. */
  public List<Throwable> exceptions() {
    List<Throwable> exceptions = new ArrayList<>();
    for (SubstituteLoggingEvent event : events) {
      Stream.ofNullable(event.getThrowable()).forEach(exceptions::add);
    }
    return exceptions;
  }
}
