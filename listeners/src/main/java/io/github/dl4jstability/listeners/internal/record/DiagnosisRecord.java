package io.github.dl4jstability.listeners.internal.record;

import io.github.dl4jstability.listeners.DiagnosisEvent;
import io.github.dl4jstability.listeners.UnreadableRecordException;
import io.github.dl4jstability.listeners.internal.codec.ByteWriter;
import io.github.dl4jstability.listeners.internal.codec.DiagnosisCodec;

/** An update: a change in what is known to be wrong. */
public final class DiagnosisRecord extends StabilityRecord {

  private static final long serialVersionUID = 1L;

  /** For storages, which fill it with {@code decode}. */
  public DiagnosisRecord() {}

  private DiagnosisRecord(RecordIds ids, ByteWriter payload) {
    super(ids, payload);
  }

  /**
   * Makes a record of an event. Of a chain of causes the eight nearest are kept.
   *
   * @param ids where it belongs
   * @param event what happened
   * @return the record
   */
  public static DiagnosisRecord of(RecordIds ids, DiagnosisEvent event) {
    ByteWriter out = new ByteWriter();
    DiagnosisCodec.write(out, event);
    return new DiagnosisRecord(ids, out);
  }

  @Override
  public String getTypeID() {
    return DIAGNOSIS_TYPE_ID;
  }

  /**
   * Decodes the event.
   *
   * @return what happened
   * @throws UnreadableRecordException if the record is damaged or of a newer version
   */
  public DiagnosisEvent event() throws UnreadableRecordException {
    return decodePayload(DiagnosisCodec::read);
  }
}
