package io.github.dl4jstability.listeners.internal.report;

import java.time.Duration;
import java.util.function.Consumer;

/** What has to be done before the virtual machine ends. */
public final class AtExit {
  /** How long all listeners together may hold up the end of the virtual machine. */
  public static final Duration LONGEST = Duration.ofSeconds(5);

  private AtExit() {}

  /**
   * Runs an action when the virtual machine ends.
   *
   * @param action what to do until the given time; left out if the machine is ending already
   */
  public static void run(Consumer<Deadline> action) {
    try {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> action.accept(Deadline.in(LONGEST))));
    } catch (IllegalStateException ending) {
      // Whoever asks now, in a hook of their own, does without.
    }
  }
}
