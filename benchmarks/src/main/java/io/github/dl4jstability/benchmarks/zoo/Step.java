package io.github.dl4jstability.benchmarks.zoo;

import java.util.Optional;

/** What a child tells of a combination: three steps on the way, and what it came to. */
enum Step {
  BARE("about to train without the listener"),
  WATCHED("about to train with it"),
  AGAIN("about to train without it as long"),
  LOOKED("the same, and the curvature was looked at"),
  NOT_LOOKED("the same, but the curvature was not looked at"),
  DIFFERENT("ends differently with the listener"),
  BROKEN("training ends in an exception with the listener"),
  FAULT("the listener reports a fault of its own"),
  CRASH("the virtual machine dies"),
  HANG("does not end"),
  UNREPEATABLE("ends differently each time, also without the listener"),
  IMPOSSIBLE("cannot be trained, also without the listener"),
  BARE_CRASH("the virtual machine dies, also without the listener");

  private static final String MARK = "@zoo ";

  private final String meaning;

  Step(String meaning) {
    this.meaning = meaning;
  }

  String meaning() {
    return meaning;
  }

  boolean isOnTheWay() {
    return compareTo(AGAIN) <= 0;
  }

  /** Tells whether nothing of the kind may happen. */
  boolean isHarm() {
    return compareTo(DIFFERENT) >= 0 && compareTo(HANG) <= 0;
  }

  /** Writes a step as a line. */
  String line(String id, String detail) {
    return MARK + name() + " " + id + " " + detail.replace('\n', ' ');
  }

  /** A step of a combination, with what there is to say of it. */
  record Told(Step step, String id, String detail) {}

  /** Reads a line; empty if it is another one, such as of a log. */
  static Optional<Told> parse(String line) {
    if (!line.startsWith(MARK)) {
      return Optional.empty();
    }
    String[] words = line.substring(MARK.length()).split(" ", 3);
    return Optional.of(new Told(valueOf(words[0]), words[1], words.length > 2 ? words[2] : ""));
  }
}
