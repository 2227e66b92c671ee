package io.github.dl4jstability.demos.console;

import java.io.PrintStream;
import java.util.List;

/**
 * Writes paragraphs, labelled paragraphs and progress bars. On a terminal a bar redraws itself in
 * its line, and text that comes while it runs appears above it; elsewhere (a file, a pipe) a bar
 * writes a line for each tenth.
 *
 * <p>For one thread.
 */
public final class Console {
  /** Columns that no line exceeds, unless a single word is longer. */
  public static final int WIDTH = 90;

  private static final String ERASED = "\r" + " ".repeat(WIDTH) + "\r";

  private final PrintStream out;
  private final boolean terminal;
  private boolean barIsDrawn;

  /**
   * Creates a console.
   *
   * @param out where to write
   * @param terminal whether a carriage return lets a line be written again
   */
  public Console(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /** Writes an empty line. */
  public void blank() {
    line("");
  }

  /**
   * Writes a line as it is.
   *
   * @param text the line
   */
  public void line(String text) {
    eraseBar();
    out.println(text);
    out.flush();
  }

  /**
   * Writes a heading, underlined, with an empty line before and after.
   *
   * @param text the heading, one line
   */
  public void heading(String text) {
    blank();
    line(text);
    line("-".repeat(text.length()));
    blank();
  }

  /**
   * Writes a text in lines of {@link #WIDTH} columns, indented.
   *
   * @param text words
   */
  public void paragraph(String text) {
    TextWrap.wrap(text, WIDTH - 2).forEach(line -> line("  " + line));
  }

  /**
   * Writes a text in lines, with a label in the column to its left.
   *
   * @param label at most eleven characters
   * @param text words
   */
  public void labelled(String label, String text) {
    int indent = 14;
    String next = "  " + label;
    for (String line : TextWrap.wrap(text, WIDTH - indent)) {
      line(next + " ".repeat(Math.max(1, indent - next.length())) + line);
      next = "";
    }
  }

  /**
   * Writes a table.
   *
   * @param rows the header first; all of the same length
   */
  public void table(List<List<String>> rows) {
    Table.lines(rows).forEach(line -> line("  " + line));
  }

  /**
   * Starts a progress bar.
   *
   * @param total steps until it is full, at least 1
   * @return the bar
   * @throws IllegalArgumentException if total is below 1
   */
  public ProgressBar progress(int total) {
    return new ProgressBar(this, total);
  }

  boolean isTerminal() {
    return terminal;
  }

  /** Draws a bar over the one drawn before. */
  void redraw(String bar) {
    out.print("\r" + padded(bar));
    out.flush();
    barIsDrawn = true;
  }

  private static String padded(String bar) {
    return bar + " ".repeat(Math.max(0, WIDTH - bar.length()));
  }

  /** Leaves the bar where it is and goes to the next line. */
  void keepBar() {
    if (barIsDrawn) {
      out.println();
      out.flush();
      barIsDrawn = false;
    }
  }

  private void eraseBar() {
    if (barIsDrawn) {
      out.print(ERASED);
      barIsDrawn = false;
    }
  }
}
