package io.github.dl4jstability.listeners.report;

/** What has to be done before the virtual machine ends. */
public final class AtExit {
  private AtExit() {}

  /**
   * Runs an action when the virtual machine ends.
   *
   * @param action what to do; left out if the machine is ending already
   */
  public static void run(Runnable action) {
    try {
      Runtime.getRuntime().addShutdownHook(new Thread(action));
    } catch (IllegalStateException ending) {
      // Whoever asks now, in a hook of their own, does without.
    }
  }
}
