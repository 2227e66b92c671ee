package io.github.dl4jstability.demos.console;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Whether a person sits at the other end. */
public final class Terminal {
  private Terminal() {}

  /**
   * Tells whether standard input and output are a terminal that can write a line again.
   *
   * @return false for files, pipes and terminals that call themselves dumb
   */
  @SuppressWarnings("SystemConsoleNull") // Null until Java 21, asked by isTerminal from 22 on.
  public static boolean isPresent() {
    java.io.@Nullable Console console = System.console();
    @Nullable String kind = System.getenv("TERM");
    return console != null
        && isTerminal(console)
        && (kind == null || !kind.toLowerCase(Locale.ROOT).equals("dumb"));
  }

  /** From Java 22 on there may be a console without a terminal, and a method that tells. */
  private static boolean isTerminal(java.io.Console console) {
    try {
      return (boolean) java.io.Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException e) {
      return true;
    }
  }
}
