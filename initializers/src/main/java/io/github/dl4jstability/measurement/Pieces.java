package io.github.dl4jstability.measurement;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;

/** Segments cut into pieces of some ten microseconds, which threads can take in turn. */
final class Pieces {
  private static final int LARGEST_PIECE = 64 * Reduction.BLOCK;

  private final List<Piece> pieces = new ArrayList<>();
  private final long elements;

  /**
   * Part of a segment.
   *
   * @param segment index of the segment
   */
  record Piece(int segment, int from, int length) {}

  /**
   * A view that is cut.
   *
   * @param frames one for each segment
   */
  record Source(DataType type, ByteBuffer memory, List<Frame> frames) {}

  /** Leaves out segments that are too small for lanes. */
  Pieces(List<Segment> segments) {
    long total = 0;
    for (int i = 0; i < segments.size(); i++) {
      Segment segment = segments.get(i);
      if (segment.length() > Reduction.LARGEST_SMALL_ARRAY) {
        cut(i, segment);
        total += segment.length();
      }
    }
    elements = total;
  }

  private void cut(int index, Segment segment) {
    for (long done = 0; done < segment.length(); done += LARGEST_PIECE) {
      int length = (int) Math.min(LARGEST_PIECE, segment.length() - done);
      pieces.add(new Piece(index, (int) (segment.offset() + done), length));
    }
  }

  int count() {
    return pieces.size();
  }

  Piece get(int index) {
    return pieces.get(index);
  }

  /** Returns how many elements all pieces have together. */
  long elements() {
    return elements;
  }
}
