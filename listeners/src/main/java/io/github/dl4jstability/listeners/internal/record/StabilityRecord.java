package io.github.dl4jstability.listeners.internal.record;

import io.github.dl4jstability.listeners.UnreadableRecordException;
import io.github.dl4jstability.listeners.internal.codec.ByteReader;
import io.github.dl4jstability.listeners.internal.codec.ByteWriter;
import io.github.dl4jstability.listeners.internal.codec.Decoder;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.deeplearning4j.core.storage.Persistable;

/**
 * Ids and a payload of bytes that is decoded only when somebody looks at it.
 *
 * <p>Encoded form, integers big-endian:
 *
 * <pre>
 * version    1 byte, of the payload's layout
 * session    length (variable), UTF-8
 * worker     length (variable), UTF-8
 * timestamp  8 bytes
 * payload    the rest
 * </pre>
 *
 * <p>The frame around the payload is the same in every version, so that a storage can hold and list
 * records of a newer version; only the payload's accessors then fail, with {@link
 * UnreadableRecordException#isNewerVersion()}. The {@code decode} methods throw {@link
 * UncheckedIOException} for bytes that are no record at all.
 *
 * <p>Immutable but for {@code decode}, which storages call on a new instance.
 */
public abstract sealed class StabilityRecord implements Persistable
    permits NetworkRecord, ObservationRecord, DiagnosisRecord {

  /** Type id of static information and frames. */
  public static final String TYPE_ID = "StabilityListener";

  /** Type id of diagnoses, so that they can be read without reading the frames. */
  public static final String DIAGNOSIS_TYPE_ID = "StabilityDiagnosis";

  /** The layout written by this version of the library. */
  static final byte VERSION = 1;

  /** Longest encoded record that is accepted; a thousand layers take a tenth of it. */
  static final int MAXIMUM_BYTES = 1 << 22;

  private static final long serialVersionUID = 1L;

  private String sessionId = "";
  private String workerId = "";
  private long timestamp;
  private byte version = VERSION;
  private byte[] payload = {};

  StabilityRecord() {}

  StabilityRecord(RecordIds ids, ByteWriter payload) {
    this.sessionId = ids.sessionId();
    this.workerId = ids.workerId();
    this.timestamp = ids.timestamp();
    this.payload = payload.toByteArray();
  }

  final <T> T decodePayload(Decoder<T> codec) throws UnreadableRecordException {
    if (version != VERSION) {
      throw UnreadableRecordException.newer(
          "format " + Byte.toUnsignedInt(version) + ", known is " + VERSION);
    }
    ByteReader in = new ByteReader(ByteBuffer.wrap(payload));
    try {
      T value = codec.read(in);
      in.expectEnd();
      return value;
    } catch (IllegalArgumentException e) {
      throw UnreadableRecordException.malformed(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public final String getSessionID() {
    return sessionId;
  }

  @Override
  public final String getWorkerID() {
    return workerId;
  }

  @Override
  public final long getTimeStamp() {
    return timestamp;
  }

  @Override
  public final int encodingLengthBytes() {
    return encode().length;
  }

  @Override
  public final byte[] encode() {
    ByteWriter out = new ByteWriter();
    out.raw(version);
    out.text(sessionId);
    out.text(workerId);
    out.int64(timestamp);
    out.bytes(payload);
    return out.toByteArray();
  }

  @Override
  public final void encode(ByteBuffer buffer) {
    buffer.put(encode());
  }

  @Override
  public final void encode(OutputStream outputStream) throws IOException {
    outputStream.write(encode());
  }

  @Override
  public final void decode(byte[] encoded) {
    decode(ByteBuffer.wrap(encoded));
  }

  @Override
  public final void decode(ByteBuffer buffer) {
    try {
      decodeChecked(buffer);
    } catch (UnreadableRecordException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  @Override
  public final void decode(InputStream inputStream) throws IOException {
    decodeChecked(ByteBuffer.wrap(inputStream.readNBytes(MAXIMUM_BYTES + 1)));
  }

  private void decodeChecked(ByteBuffer buffer) throws UnreadableRecordException {
    if (buffer.remaining() > MAXIMUM_BYTES) {
      throw UnreadableRecordException.malformed("longer than " + MAXIMUM_BYTES + " bytes");
    }
    ByteReader in = new ByteReader(buffer);
    byte newVersion = in.raw();
    String newSessionId = in.text();
    String newWorkerId = in.text();
    timestamp = in.int64();
    version = newVersion;
    sessionId = newSessionId;
    workerId = newWorkerId;
    payload = in.rest();
  }
}
