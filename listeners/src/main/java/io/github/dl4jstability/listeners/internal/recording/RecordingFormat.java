package io.github.dl4jstability.listeners.internal.recording;

import io.github.dl4jstability.listeners.UnreadableRecordException;

/**
 * The bytes of a recording; integers are big-endian:
 *
 * <pre>
 * magic      8 bytes; line ends in it show transfers as text
 * version    1 byte
 * blocks     any number, each:
 *   length     4 bytes, of the content; 0 until the rest of the block is written
 *   plain      4 bytes, length of the content before compression
 *   checksum   4 bytes, CRC32C of the four before it and the content
 *   content    entries, compressed by raw DEFLATE
 * </pre>
 *
 * <p>An entry is a kind (1 byte), the number of its run (variable length; not for those of the
 * whole recording), and what the kind says. It lies within one block.
 */
public final class RecordingFormat {
  static final byte[] MAGIC = {(byte) 0x89, 'D', 'L', 'S', 'R', '\r', '\n', 0x1a};
  static final byte VERSION = 1;
  static final int HEADER_BYTES = MAGIC.length + 1;
  static final int BLOCK_HEADER_BYTES = 3 * Integer.BYTES;

  /** A block is closed when it has become so long: long enough to compress well. */
  static final int USUAL_PLAIN_BYTES = 1 << 16;

  /** Longest block; an iteration of a thousand layers takes a tenth of it. */
  static final int LARGEST_PLAIN_BYTES = 1 << 22;

  /** What DEFLATE makes of that if it is noise: five bytes more for each 16 KB, with room. */
  static final int LARGEST_CONTENT_BYTES = LARGEST_PLAIN_BYTES + (LARGEST_PLAIN_BYTES >> 8);

  static final int MOST_RUNS = 1024;

  private RecordingFormat() {}

  /** What an entry says. */
  public enum Kind {
    /** A run begins: {@link RunSettings}. */
    BEGAN(1),
    /** The network of the iterations that follow. */
    STRUCTURE(2),
    /** An iteration. */
    OBSERVED(3),
    /** What the curvature probe measured. */
    LOOKED_AT(4),
    /** Why it measured nothing. */
    NOT_LOOKED_AT(5),
    /** All until here was judged and recorded. More may follow. */
    CLOSED(6),
    /** Recording stopped before training did: why. */
    STOPPED(7);

    private final byte code;

    Kind(int code) {
      this.code = (byte) code;
    }

    public byte code() {
      return code;
    }

    static Kind of(byte code) throws UnreadableRecordException {
      for (Kind kind : values()) {
        if (kind.code == code) {
          return kind;
        }
      }
      throw UnreadableRecordException.malformed("unknown kind of entry " + code);
    }
  }
}
