package io.github.dl4jstability.listeners.internal.logging;

import java.util.Locale;

/**
 * Text as it goes to the log: one line, of bounded length. Names of layers, messages of exceptions
 * and session ids come from outside, and a line feed in one of them would let it write lines of its
 * own.
 */
public final class LogText {
  /** Longer text is cut: more than any message of ours has. */
  static final int LONGEST = 8192;

  private LogText() {}

  /**
   * Writes out what would break a line or hide a part of it: control characters, line and paragraph
   * separators, and marks that turn the direction of text.
   *
   * @param text any text
   * @return the same text if it has none of them and is not too long; otherwise with {@code \n},
   *     {@code \t}, {@code \u001b} and the like in their place, cut after {@value #LONGEST}
   *     characters
   */
  public static String oneLine(String text) {
    int length = Math.min(text.length(), LONGEST);
    int clean = 0;
    while (clean < length && !isOdd(text.charAt(clean))) {
      clean++;
    }
    if (clean == text.length()) {
      return text;
    }
    StringBuilder line = new StringBuilder(length + 16).append(text, 0, clean);
    for (int i = clean; i < length; i++) {
      append(line, text.charAt(i));
    }
    return line.append(length < text.length() ? " …" : "").toString();
  }

  private static void append(StringBuilder line, char c) {
    switch (c) {
      case '\n' -> line.append("\\n");
      case '\r' -> line.append("\\r");
      case '\t' -> line.append("\\t");
      default -> {
        if (isOdd(c)) {
          line.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
        } else {
          line.append(c);
        }
      }
    }
  }

  private static boolean isOdd(char c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> false;
    };
  }
}
