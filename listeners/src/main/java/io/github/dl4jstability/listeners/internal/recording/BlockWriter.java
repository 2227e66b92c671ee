package io.github.dl4jstability.listeners.internal.recording;

import io.github.dl4jstability.listeners.UnreadableRecordException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.Deflater;

/**
 * Appends blocks to a {@link RecordingFormat recording}. The file is open only while a block is
 * written. A block's length is written after the rest of it: whenever the process dies, the file
 * holds whole blocks and perhaps one that readers know as unfinished.
 */
public final class BlockWriter {
  private final Path path;
  private long end;

  BlockWriter(Path path) {
    this.path = path;
  }

  /** Makes an empty recording; replaces an earlier one. */
  void create() throws IOException {
    requireReplaceable(path);
    ByteBuffer header = ByteBuffer.allocate(RecordingFormat.HEADER_BYTES);
    header.put(RecordingFormat.MAGIC).put(RecordingFormat.VERSION).flip();
    Files.write(path, header.array());
    end = RecordingFormat.HEADER_BYTES;
  }

  /** Nobody's other file is overwritten by mistake. */
  static void requireReplaceable(Path path) throws IOException {
    byte[] beginning;
    try (var in = Files.newInputStream(path)) {
      beginning = in.readNBytes(RecordingFormat.MAGIC.length);
    } catch (NoSuchFileException nothingToReplace) {
      return;
    }
    if (beginning.length > 0 && !Arrays.equals(beginning, RecordingFormat.MAGIC)) {
      throw UnreadableRecordException.foreign("it begins with other bytes").at(path.toString());
    }
  }

  /** Returns the length of the file. */
  long length() {
    return end;
  }

  /** Compresses entries to a block with an empty length. */
  public static ByteBuffer block(byte[] plain) {
    byte[] content = deflate(plain);
    ByteBuffer block = ByteBuffer.allocate(RecordingFormat.BLOCK_HEADER_BYTES + content.length);
    block.putInt(0).putInt(plain.length);
    return block.putInt(BlockReader.checksum(plain.length, content)).put(content).flip();
  }

  private static byte[] deflate(byte[] plain) {
    Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
    try {
      deflater.setInput(plain);
      deflater.finish();
      byte[] content = new byte[plain.length + (plain.length >> 8) + 64];
      int length = 0;
      while (!deflater.finished()) {
        if (length == content.length) {
          throw new IllegalStateException("deflate needs more than " + length + " bytes");
        }
        length += deflater.deflate(content, length, content.length - length);
      }
      return Arrays.copyOf(content, length);
    } finally {
      deflater.end();
    }
  }

  /**
   * Appends a block.
   *
   * @throws IOException if the file cannot be written, or is not as the last block left it
   */
  void append(ByteBuffer block) throws IOException {
    int contentLength = block.remaining() - RecordingFormat.BLOCK_HEADER_BYTES;
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
      if (file.size() != end) {
        throw new IOException(
            "another program or listener has written to it: it has %d bytes in place of %d"
                .formatted(file.size(), end));
      }
      int blockLength = block.remaining();
      write(file, block, end);
      write(file, ByteBuffer.allocate(Integer.BYTES).putInt(contentLength).flip(), end);
      end += blockLength;
    }
  }

  private static void write(FileChannel file, ByteBuffer bytes, long position) throws IOException {
    long at = position;
    while (bytes.hasRemaining()) {
      at += file.write(bytes, at);
    }
  }
}
