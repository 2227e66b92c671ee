package io.github.dl4jstability.listeners.internal.codec;

import io.github.dl4jstability.listeners.UnreadableRecordException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads what {@link ByteWriter} wrote, and anything else without harm: every length is compared
 * with the bytes that are left before anything is allocated.
 */
public final class ByteReader {

  private final ByteBuffer in;
  private final boolean exact;

  public ByteReader(ByteBuffer in) {
    this(in, false);
  }

  private ByteReader(ByteBuffer in, boolean exact) {
    this.in = in;
    this.exact = exact;
  }

  /** Creates a reader of what an exact {@link ByteWriter} wrote. */
  public static ByteReader exact(ByteBuffer in) {
    return new ByteReader(in, true);
  }

  public boolean hasRemaining() {
    return in.hasRemaining();
  }

  public byte raw() throws UnreadableRecordException {
    require(Byte.BYTES);
    return in.get();
  }

  boolean flag() throws UnreadableRecordException {
    byte value = raw();
    if (value != 0 && value != 1) {
      throw UnreadableRecordException.malformed("a flag must be 0 or 1, was " + value);
    }
    return value == 1;
  }

  long count() throws UnreadableRecordException {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE - 1; shift += 7) {
      byte next = raw();
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw UnreadableRecordException.malformed("a count does not end");
  }

  public int smallCount() throws UnreadableRecordException {
    long value = count();
    if (value > Integer.MAX_VALUE) {
      throw UnreadableRecordException.malformed("the count " + value + " is too large");
    }
    return (int) value;
  }

  public long int64() throws UnreadableRecordException {
    require(Long.BYTES);
    return in.getLong();
  }

  public double float64() throws UnreadableRecordException {
    return Double.longBitsToDouble(int64());
  }

  public double number() throws UnreadableRecordException {
    if (exact) {
      return float64();
    }
    require(Integer.BYTES);
    int bits = in.getInt();
    return bits == ByteWriter.WIDE ? float64() : Float.intBitsToFloat(bits);
  }

  public String text() throws UnreadableRecordException {
    byte[] utf8 = new byte[length()];
    in.get(utf8);
    return new String(utf8, StandardCharsets.UTF_8);
  }

  public <E extends Enum<E>> E constant(Class<E> type) throws UnreadableRecordException {
    String name = text();
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equals(name)) {
        return constant;
      }
    }
    throw UnreadableRecordException.newer("unknown " + type.getSimpleName());
  }

  public <T> List<T> list(Decoder<T> each) throws UnreadableRecordException {
    int size = length();
    List<T> values = new ArrayList<>(Math.min(size, 1024));
    for (int i = 0; i < size; i++) {
      values.add(each.read(this));
    }
    return values;
  }

  public <T> Optional<T> optional(Decoder<T> codec) throws UnreadableRecordException {
    return flag() ? Optional.of(codec.read(this)) : Optional.empty();
  }

  public byte[] rest() {
    byte[] bytes = new byte[in.remaining()];
    in.get(bytes);
    return bytes;
  }

  public void expectEnd() throws UnreadableRecordException {
    if (in.hasRemaining()) {
      throw UnreadableRecordException.malformed(in.remaining() + " bytes too many");
    }
  }

  /** A number of things, each of which takes at least one byte. */
  private int length() throws UnreadableRecordException {
    int length = smallCount();
    require(length);
    return length;
  }

  private void require(int bytes) throws UnreadableRecordException {
    if (in.remaining() < bytes) {
      throw UnreadableRecordException.malformed(
          "needs " + bytes + " more bytes, has " + in.remaining());
    }
  }
}
