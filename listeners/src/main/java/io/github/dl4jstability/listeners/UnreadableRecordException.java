package io.github.dl4jstability.listeners;

import java.io.IOException;

/** The bytes of a record or a recording cannot be understood, and the message says why. */
public final class UnreadableRecordException extends IOException {

  private static final long serialVersionUID = 1L;

  private final boolean newer;

  private UnreadableRecordException(String message, boolean newer) {
    super(message);
    this.newer = newer;
  }

  public static UnreadableRecordException malformed(String what) {
    return new UnreadableRecordException("malformed record: " + what, false);
  }

  public static UnreadableRecordException foreign(String what) {
    return new UnreadableRecordException("not a recording of DL4J Stability: " + what, false);
  }

  /** The same fault, with the place where it is. */
  public UnreadableRecordException at(String place) {
    UnreadableRecordException placed =
        new UnreadableRecordException(place + ": " + getMessage(), newer);
    placed.initCause(this);
    return placed;
  }

  public static UnreadableRecordException newer(String what) {
    return new UnreadableRecordException(
        "written by a newer version of DL4J Stability: " + what, true);
  }

  /**
   * Tells why the record cannot be read.
   *
   * @return true if a newer version of this library wrote it, false if it is damaged
   */
  public boolean isNewerVersion() {
    return newer;
  }
}
