package io.github.dl4jstability.listeners.internal.timeline;

import java.util.ArrayList;
import java.util.List;

/** Text in lines of at most 100 characters; a longer word keeps a line of its own. */
final class Wrapped {
  private static final int WIDTH = 100;

  private Wrapped() {}

  static List<String> text(String text, String margin) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder(margin);
    for (String word : text.trim().split("\\s+", -1)) {
      if (line.length() > margin.length() && line.length() + 1 + word.length() > WIDTH) {
        lines.add(line.toString());
        line = new StringBuilder(margin);
      }
      line.append(line.length() > margin.length() ? " " : "").append(word);
    }
    lines.add(line.toString());
    return lines;
  }
}
