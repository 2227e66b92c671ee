package io.github.dl4jstability.listeners.internal.logging;

import static java.util.Objects.requireNonNull;

import java.io.Serial;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A copy of an exception that is safe to log. An exception comes with code of its own: its message,
 * its cause or its stack trace may throw, its causes may lead back to itself, and its message may
 * have lines that look like lines of the log.
 *
 * <p>Class, message, stack trace and up to {@value #MOST_CAUSES} causes are kept; what throws is
 * left out, what comes up again ends the chain.
 */
public final class LoggedFault extends RuntimeException {
  /** Causes beyond are left out. */
  static final int MOST_CAUSES = 16;

  /** Deeper stacks are cut: what overflowed a stack has thousands of the same. */
  static final int MOST_FRAMES = 256;

  @Serial private static final long serialVersionUID = 1L;

  private final String original;

  private LoggedFault(String original, String description, @Nullable LoggedFault cause) {
    super(description, cause, false, true);
    this.original = original;
  }

  /**
   * Copies an exception.
   *
   * @param fault any exception or error
   * @return its copy; the same object if it is one
   */
  public static LoggedFault of(Throwable fault) {
    return fault instanceof LoggedFault copy
        ? copy
        : copy(fault, Collections.newSetFromMap(new IdentityHashMap<>()));
  }

  private static LoggedFault copy(Throwable fault, Set<Throwable> seen) {
    seen.add(fault);
    LoggedFault cause =
        safely(() -> Optional.ofNullable(fault.getCause()))
            .filter(next -> !seen.contains(next) && seen.size() <= MOST_CAUSES)
            .map(next -> copy(next, seen))
            .orElse(null);
    String type = fault.getClass().getName();
    String message =
        safely(() -> Optional.ofNullable(fault.getMessage())).map(text -> ": " + text).orElse("");
    LoggedFault copy = new LoggedFault(type, LogText.oneLine(type + message), cause);
    copy.setStackTrace(safely(() -> Optional.of(trace(fault))).orElse(new StackTraceElement[0]));
    return copy;
  }

  private static StackTraceElement[] trace(Throwable fault) {
    return Arrays.stream(fault.getStackTrace())
        .filter(Objects::nonNull)
        .limit(MOST_FRAMES)
        .toArray(StackTraceElement[]::new);
  }

  private static <T> Optional<T> safely(Supplier<Optional<T>> part) {
    try {
      return part.get();
    } catch (Throwable fault) { // Whatever is wrong with it, the rest can be told.
      return Optional.empty();
    }
  }

  /**
   * Tells what kind of fault it is, whatever its messages say.
   *
   * @return class of the last cause and the place where it came up
   */
  public String origin() {
    LoggedFault root = this;
    while (root.getCause() instanceof LoggedFault cause) {
      root = cause;
    }
    StackTraceElement[] trace = root.getStackTrace();
    return root.original + (trace.length == 0 ? "" : " at " + trace[0]);
  }

  /** Names the class of the original rather than this one. */
  @Override
  @SuppressWarnings("OverrideThrowableToString") // the message begins with the right class
  public String toString() {
    return requireNonNull(getMessage());
  }
}
