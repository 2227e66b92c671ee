package io.github.dl4jstability.listeners.internal.recording;

import io.github.dl4jstability.listeners.internal.observation.Witness;

/** Hears what a {@link RecordingReader} reads, in the order in which it was recorded. */
public interface RecordingHandler {
  /**
   * A run begins.
   *
   * @param run its number, from 0
   * @param settings how it was watched
   * @return sees what the rules of the run were given
   */
  Witness began(int run, RunSettings settings);

  /** The listener was closed: all until here was recorded. More may follow. */
  default void closed() {}

  /**
   * Recording stopped before training did; nothing follows.
   *
   * @param reason why, as a sentence without its end
   */
  default void stopped(String reason) {}
}
