package io.github.dl4jstability.listeners.internal.timeline;

import java.util.regex.Pattern;

/** Text from a file that may come from anywhere, made safe for a terminal and for a line. */
final class Plain {
  private static final Pattern NOT_PRINTED = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");

  private Plain() {}

  /** Replaces what moves the cursor, changes colours or the direction of writing. */
  static String text(String any) {
    return NOT_PRINTED.matcher(any).replaceAll(" ");
  }
}
