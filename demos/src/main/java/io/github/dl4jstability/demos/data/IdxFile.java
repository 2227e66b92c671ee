package io.github.dl4jstability.demos.data;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * An array of unsigned bytes in the IDX format: a magic number (0, 0, the element type, the number
 * of dimensions), the dimensions as big-endian integers, the values; all of it compressed by gzip.
 */
final class IdxFile {
  private static final int UNSIGNED_BYTES = 0x0800;

  private final List<Integer> dimensions;
  private final byte[] values;

  private IdxFile(List<Integer> dimensions, byte[] values) {
    this.dimensions = dimensions;
    this.values = values;
  }

  /** Reads a file whose size along each dimension but the first is known. */
  static IdxFile read(String name, InputStream compressed, int... sizesAfterFirst)
      throws IOException {
    try (DataInputStream in = new DataInputStream(new GZIPInputStream(compressed))) {
      int rank = sizesAfterFirst.length + 1;
      int magic = in.readInt();
      if (magic != (UNSIGNED_BYTES | rank)) {
        throw damaged(
            name,
            "it must begin with %#06x (unsigned bytes, %d dimensions), was %#06x"
                .formatted(UNSIGNED_BYTES | rank, rank, magic));
      }
      int count = in.readInt();
      List<Integer> expected = dimensions(count, IntStream.of(sizesAfterFirst));
      List<Integer> dimensions =
          dimensions(count, IntStream.of(readInts(in, sizesAfterFirst.length)));
      if (count < 0 || !dimensions.equals(expected)) {
        throw damaged(
            name, "it must have the dimensions %s, were %s".formatted(expected, dimensions));
      }
      return new IdxFile(dimensions, values(name, in, dimensions));
    } catch (EOFException e) {
      throw new IOException(name + " is damaged: it ends too early", e);
    } catch (ZipException e) {
      throw new IOException(name + " is damaged: it must be compressed by gzip", e);
    }
  }

  private static List<Integer> dimensions(int first, IntStream others) {
    return IntStream.concat(IntStream.of(first), others).boxed().toList();
  }

  private static int[] readInts(DataInputStream in, int count) throws IOException {
    int[] ints = new int[count];
    for (int i = 0; i < count; i++) {
      ints[i] = in.readInt();
    }
    return ints;
  }

  private static byte[] values(String name, InputStream in, List<Integer> dimensions)
      throws IOException {
    long expected = dimensions.stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b);
    byte[] values = in.readAllBytes();
    if (values.length != expected) {
      throw damaged(name, "it must hold %d values, held %d".formatted(expected, values.length));
    }
    return values;
  }

  private static IOException damaged(String name, String rule) {
    return new IOException(name + " is damaged: " + rule);
  }

  int count() {
    return dimensions.get(0);
  }

  /** Returns the value at a position of the flat array, 0 to 255. */
  int value(int position) {
    return values[position] & 0xff;
  }
}
