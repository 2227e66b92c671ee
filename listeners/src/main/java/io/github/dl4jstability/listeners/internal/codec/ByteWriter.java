package io.github.dl4jstability.listeners.internal.codec;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Writes what {@link ByteReader} reads. */
public final class ByteWriter {

  /** The NaN that announces a double; an ordinary NaN is written as {@code 0x7fc00000}. */
  static final int WIDE = 0x7fc00001;

  private static final int FIRST_CAPACITY = 1600;

  private final boolean exact;
  private ByteBuffer out = ByteBuffer.allocate(FIRST_CAPACITY);

  /** Creates a writer that keeps of numbers what a float can hold. */
  public ByteWriter() {
    this(false);
  }

  private ByteWriter(boolean exact) {
    this.exact = exact;
  }

  /** Creates a writer that keeps numbers bit for bit, for an exact {@link ByteReader}. */
  public static ByteWriter exact() {
    return new ByteWriter(true);
  }

  public int size() {
    return out.position();
  }

  public void clear() {
    out.clear();
  }

  /** Makes room for so many bytes more. */
  private ByteBuffer room(int bytes) {
    if (out.remaining() < bytes) {
      int capacity = Math.max(2 * out.capacity(), out.position() + bytes);
      out = ByteBuffer.allocate(capacity).put(out.flip());
    }
    return out;
  }

  public byte[] toByteArray() {
    byte[] bytes = new byte[out.position()];
    out.duplicate().flip().get(bytes);
    return bytes;
  }

  public void raw(byte value) {
    room(Byte.BYTES).put(value);
  }

  public void bytes(byte[] value) {
    room(value.length).put(value);
  }

  void flag(boolean value) {
    raw((byte) (value ? 1 : 0));
  }

  /** Seven bits to a byte, the lowest first; the highest bit says that another byte follows. */
  public void count(long value) {
    if (value < 0) {
      throw new IllegalArgumentException("a count must be at least 0, was " + value);
    }
    long rest = value;
    while (rest > 0x7f) {
      raw((byte) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    raw((byte) rest);
  }

  public void int64(long value) {
    room(Long.BYTES).putLong(value);
  }

  public void float64(double value) {
    int64(Double.doubleToLongBits(value));
  }

  /**
   * Exact: eight bytes. Otherwise: four bytes for what a float can hold, NaN and infinities
   * included; twelve for the rest, so that 1e-60 does not become 0 and 1e60 not infinite.
   */
  public void number(double value) {
    if (exact) {
      float64(value);
    } else {
      narrow(value);
    }
  }

  private void narrow(double value) {
    float narrow = (float) value;
    boolean exact = value == 0 || !Double.isFinite(value);
    boolean fits = !Float.isInfinite(narrow) && Math.abs(narrow) >= Float.MIN_NORMAL;
    if (exact || fits) {
      int32(Float.floatToIntBits(narrow));
    } else {
      int32(WIDE);
      float64(value);
    }
  }

  public void text(String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    count(utf8.length);
    bytes(utf8);
  }

  public <T> void list(List<T> values, BiConsumer<ByteWriter, T> each) {
    count(values.size());
    values.forEach(value -> each.accept(this, value));
  }

  public <T> void optional(Optional<T> value, BiConsumer<ByteWriter, T> write) {
    flag(value.isPresent());
    value.ifPresent(present -> write.accept(this, present));
  }

  private void int32(int value) {
    room(Integer.BYTES).putInt(value);
  }
}
