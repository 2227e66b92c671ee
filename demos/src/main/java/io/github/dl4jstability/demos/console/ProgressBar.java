package io.github.dl4jstability.demos.console;

import java.time.Duration;
import java.util.Locale;

/**
 * How far a training has come. On a terminal it is redrawn ten times a second at the most;
 * elsewhere it writes a line for each tenth.
 */
public final class ProgressBar {
  private static final int CELLS = 30;
  private static final int TENTHS = 10;
  private static final long REDRAW_NANOS = Duration.ofMillis(100).toNanos();

  private final Console console;
  private final int total;
  private final long started = System.nanoTime();
  private long drawn = started - REDRAW_NANOS;
  private int writtenTenths;

  ProgressBar(Console console, int total) {
    if (total < 1) {
      throw new IllegalArgumentException("total must be at least 1, was " + total);
    }
    this.console = console;
    this.total = total;
  }

  /**
   * Tells how many steps are done.
   *
   * @param done steps so far; more than the total counts as the total
   * @param note a few words to the right of the bar
   */
  public void update(int done, String note) {
    long now = System.nanoTime();
    String bar = render(done, total, note, Duration.ofNanos(now - started));
    if (console.isTerminal()) {
      if (done >= total || now - drawn >= REDRAW_NANOS) {
        drawn = now;
        console.redraw(bar);
      }
      return;
    }
    int tenths = (int) (TENTHS * (long) Math.min(done, total) / total);
    if (tenths > writtenTenths) {
      writtenTenths = tenths;
      console.line(bar);
    }
  }

  /** Leaves the bar as it stands and goes on below it. */
  public void finish() {
    console.keepBar();
  }

  static String render(int done, int total, String note, Duration elapsed) {
    double share = Math.min(1, (double) done / total);
    int full = (int) (share * CELLS);
    return String.format(
        Locale.ROOT,
        "  [%s%s] %3d %%  %d:%02d  %s",
        "#".repeat(full),
        " ".repeat(CELLS - full),
        (int) (share * 100),
        elapsed.toMinutes(),
        elapsed.toSecondsPart(),
        note);
  }
}
