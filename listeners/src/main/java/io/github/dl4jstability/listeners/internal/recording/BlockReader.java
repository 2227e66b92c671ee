package io.github.dl4jstability.listeners.internal.recording;

import io.github.dl4jstability.listeners.UnreadableRecordException;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Reads the blocks of a {@link RecordingFormat recording} one after the other. */
public final class BlockReader implements Closeable {
  private final Path path;
  private final DataInputStream in;
  private final Inflater inflater = new Inflater(true);
  private long left;
  private int blocks;

  private BlockReader(Path path) throws IOException {
    this.path = path;
    left = Files.size(path);
    in = new DataInputStream(new BufferedInputStream(Files.newInputStream(path), 1 << 16));
  }

  /** Opens a file and reads its header. */
  public static BlockReader open(Path path) throws IOException {
    BlockReader reader = new BlockReader(path);
    try {
      reader.readHeader();
      return reader;
    } catch (UnreadableRecordException e) {
      reader.close();
      throw e.at(path.toString());
    } catch (IOException e) {
      reader.close();
      throw e;
    }
  }

  private void readHeader() throws IOException {
    byte[] magic = in.readNBytes(RecordingFormat.MAGIC.length);
    if (!Arrays.equals(magic, RecordingFormat.MAGIC)) {
      throw UnreadableRecordException.foreign(
          magic.length == 0 ? "it is empty" : "it begins with other bytes");
    }
    int version = in.read();
    if (version < 0) {
      throw UnreadableRecordException.malformed("it ends in its header");
    }
    if (version != RecordingFormat.VERSION) {
      throw UnreadableRecordException.newer(
          "format " + version + ", known is " + RecordingFormat.VERSION);
    }
    left -= RecordingFormat.HEADER_BYTES;
  }

  /** Tells where the block is that was read last. */
  String place() {
    return path + ", block " + blocks;
  }

  /**
   * Returns the entries of the next block; empty at the end, which may be a block that was not
   * finished.
   */
  public byte[] next() throws IOException {
    byte[] header = in.readNBytes(RecordingFormat.BLOCK_HEADER_BYTES);
    if (isUnfinished(header)) {
      return new byte[0];
    }
    blocks++;
    try {
      return block(header);
    } catch (UnreadableRecordException e) {
      throw e.at(place());
    }
  }

  /** The length is written last. */
  private static boolean isUnfinished(byte[] header) {
    for (int i = 0; i < Math.min(Integer.BYTES, header.length); i++) {
      if (header[i] != 0) {
        return false;
      }
    }
    return true;
  }

  private byte[] block(byte[] header) throws IOException {
    left -= header.length;
    if (header.length < RecordingFormat.BLOCK_HEADER_BYTES) {
      throw cutShort();
    }
    ByteBuffer numbers = ByteBuffer.wrap(header);
    int length = size("content", numbers.getInt(), RecordingFormat.LARGEST_CONTENT_BYTES);
    int plain = size("plain", numbers.getInt(), RecordingFormat.LARGEST_PLAIN_BYTES);
    int checksum = numbers.getInt();
    if (length > left) {
      throw cutShort();
    }
    byte[] content = in.readNBytes(length);
    left -= length;
    if (content.length < length) {
      throw cutShort();
    }
    if (checksum(plain, content) != checksum) {
      throw UnreadableRecordException.malformed("its checksum does not fit");
    }
    return inflate(content, plain);
  }

  private UnreadableRecordException cutShort() {
    int whole = blocks - 1;
    return UnreadableRecordException.malformed(
        "the file was cut off inside it, after "
            + whole
            + (whole == 1 ? " whole block" : " whole blocks"));
  }

  private static int size(String what, int size, int largest) throws UnreadableRecordException {
    if (size < 1 || size > largest) {
      throw UnreadableRecordException.malformed(
          "its %s length must be from 1 to %d, was %d".formatted(what, largest, size));
    }
    return size;
  }

  /** Of the plain length and the content. */
  public static int checksum(int plain, byte[] content) {
    CRC32C checksum = new CRC32C();
    checksum.update(ByteBuffer.allocate(Integer.BYTES).putInt(plain).flip());
    checksum.update(content);
    return (int) checksum.getValue();
  }

  /** Writes no further than the plain length, whatever the content would become. */
  private byte[] inflate(byte[] content, int length) throws UnreadableRecordException {
    byte[] plain = new byte[length];
    inflater.reset();
    inflater.setInput(content);
    try {
      int count = inflater.inflate(plain);
      boolean ends = inflater.finished() || inflater.inflate(new byte[1]) == 0;
      if (count != length || !ends || !inflater.finished() || inflater.getRemaining() > 0) {
        throw UnreadableRecordException.malformed("its content has another length than it says");
      }
      return plain;
    } catch (DataFormatException e) {
      throw UnreadableRecordException.malformed("its content is not compressed data");
    }
  }

  @Override
  public void close() throws IOException {
    inflater.end();
    in.close();
  }
}
