package io.github.dl4jstability.listeners.internal.record;

import io.github.dl4jstability.listeners.UnreadableRecordException;
import io.github.dl4jstability.listeners.internal.codec.ByteWriter;
import io.github.dl4jstability.listeners.internal.observation.Observation;

/** An update: the statistics of one iteration, without histograms. */
public final class ObservationRecord extends StabilityRecord {

  private static final long serialVersionUID = 1L;

  /** For storages, which fill it with {@code decode}. */
  public ObservationRecord() {}

  private ObservationRecord(RecordIds ids, ByteWriter payload) {
    super(ids, payload);
  }

  /**
   * Makes a record of one iteration.
   *
   * @param ids where it belongs
   * @param observation what was measured in the iteration
   * @param extremes what happened since the iteration that was recorded before
   * @return the record
   */
  public static ObservationRecord of(
      RecordIds ids, Observation observation, FrameExtremes extremes) {
    ByteWriter out = new ByteWriter();
    FrameCodec.write(out, observation, extremes);
    return new ObservationRecord(ids, out);
  }

  @Override
  public String getTypeID() {
    return TYPE_ID;
  }

  /**
   * Decodes the iteration.
   *
   * @return what was stored of it
   * @throws UnreadableRecordException if the record is damaged or of a newer version
   */
  public Frame frame() throws UnreadableRecordException {
    return decodePayload(FrameCodec::read);
  }
}
