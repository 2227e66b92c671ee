package io.github.dl4jstability.listeners.internal.record;

import io.github.dl4jstability.listeners.UnreadableRecordException;
import io.github.dl4jstability.listeners.internal.codec.ByteWriter;
import io.github.dl4jstability.listeners.internal.codec.StructureCodec;
import io.github.dl4jstability.listeners.internal.observation.NetworkStructure;

/** Static information: the network, and when its training began. */
public final class NetworkRecord extends StabilityRecord {

  private static final long serialVersionUID = 1L;

  /** For storages, which fill it with {@code decode}. */
  public NetworkRecord() {}

  private NetworkRecord(RecordIds ids, ByteWriter payload) {
    super(ids, payload);
  }

  /**
   * Makes a record of a network.
   *
   * @param ids where it belongs
   * @param structure the network
   * @param startMillis when its training began, in milliseconds since 1970
   * @return the record
   */
  public static NetworkRecord of(RecordIds ids, NetworkStructure structure, long startMillis) {
    ByteWriter out = new ByteWriter();
    out.int64(startMillis);
    StructureCodec.write(out, structure);
    return new NetworkRecord(ids, out);
  }

  @Override
  public String getTypeID() {
    return TYPE_ID;
  }

  /**
   * Decodes the network.
   *
   * @return the network
   * @throws UnreadableRecordException if the record is damaged or of a newer version
   */
  public NetworkStructure structure() throws UnreadableRecordException {
    return decodePayload(
        in -> {
          in.int64();
          return StructureCodec.read(in);
        });
  }

  /**
   * Decodes when training began.
   *
   * @return milliseconds since 1970
   * @throws UnreadableRecordException if the record is damaged or of a newer version
   */
  public long startMillis() throws UnreadableRecordException {
    return decodePayload(
        in -> {
          long startMillis = in.int64();
          in.rest();
          return startMillis;
        });
  }
}
