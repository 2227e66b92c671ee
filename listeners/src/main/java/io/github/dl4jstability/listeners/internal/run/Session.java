package io.github.dl4jstability.listeners.internal.run;

import io.github.dl4jstability.listeners.DiagnosisEvent;
import io.github.dl4jstability.listeners.internal.report.Stamps;
import java.util.List;
import java.util.UUID;

/**
 * What of a run outlives its measurements: under which names its records are written, and which
 * diagnoses stand. A run that was put aside goes on in it. Used by one thread at a time.
 */
public final class Session {
  private final String id;
  private final String workerId;
  private final String key;
  private final Stamps stamps = new Stamps();
  private int nextSerial;
  private List<DiagnosisEvent> standing = List.of();

  public Session(String id, String workerId) {
    this.id = id;
    this.workerId = workerId;
    this.key = id + "/" + workerId + "/" + UUID.randomUUID();
  }

  public String id() {
    return id;
  }

  public String workerId() {
    return workerId;
  }

  /** Returns what tells it from all other sessions. */
  public String key() {
    return key;
  }

  public Stamps stamps() {
    return stamps;
  }

  /** Returns the serial from which the diagnoses of the next run are numbered. */
  int nextSerial() {
    return nextSerial;
  }

  /** Returns the last events of diagnoses that stood when the last run was put aside. */
  List<DiagnosisEvent> standing() {
    return standing;
  }

  /** Keeps how far a run came. */
  void put(int serial, List<DiagnosisEvent> stillStanding) {
    nextSerial = serial;
    standing = List.copyOf(stillStanding);
  }
}
