package io.github.dl4jstability.listeners.internal.diagnosis;

import io.github.dl4jstability.listeners.Diagnosis;
import org.jspecify.annotations.Nullable;

/** A diagnosis from when it is raised to when it is withdrawn, and how it stands to the others. */
final class ActiveDiagnosis {
  final int serial;
  final int raisedAt;

  /** The rule's current diagnosis, which knows nothing of causes. */
  Diagnosis current;

  /** Whether it may be a consequence at all. */
  boolean mayHaveCause = true;

  /** The diagnosis that brought it about. */
  @Nullable ActiveDiagnosis cause;

  /** How, as a clause. */
  String mechanism = "";

  /**
   * What is reported: the current diagnosis with its cause and the severity of the worst that it
   * led to.
   */
  Diagnosis reported;

  /** What was reported in its last event. */
  @Nullable Diagnosis lastReported;

  /** When it was withdrawn; {@code Integer.MAX_VALUE} while it is active. */
  int endedAt = Integer.MAX_VALUE;

  int nextUpdate;

  ActiveDiagnosis(int serial, int raisedAt, Diagnosis current) {
    this.serial = serial;
    this.raisedAt = raisedAt;
    this.current = current;
    this.reported = current;
  }

  int onset() {
    return current.iteration();
  }

  boolean isCausedBy(ActiveDiagnosis other) {
    for (ActiveDiagnosis c = cause; c != null; c = c.cause) {
      if (c == other) {
        return true;
      }
    }
    return false;
  }

  int depth() {
    int depth = 0;
    for (ActiveDiagnosis c = cause; c != null; c = c.cause) {
      depth++;
    }
    return depth;
  }
}
