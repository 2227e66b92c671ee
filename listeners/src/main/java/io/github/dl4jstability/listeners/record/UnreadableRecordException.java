package io.github.dl4jstability.listeners.record;

import java.io.IOException;

/** The bytes of a record cannot be understood, and the message says why. */
public final class UnreadableRecordException extends IOException {

  private static final long serialVersionUID = 1L;

  private final boolean newer;

  private UnreadableRecordException(String message, boolean newer) {
    super(message);
    this.newer = newer;
  }

  static UnreadableRecordException malformed(String what) {
    return new UnreadableRecordException("malformed record: " + what, false);
  }

  static UnreadableRecordException newer(String what) {
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
