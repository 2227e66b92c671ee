package io.github.dl4jstability.measurement;

/**
 * A run of elements in a flat array that holds several arrays one after the other, as
 * Deeplearning4j's parameter and gradient views do.
 *
 * @param offset index of the first element
 * @param length number of elements
 */
public record Segment(long offset, long length) {
  /** Rejects negative numbers. */
  public Segment {
    if (offset < 0) {
      throw new IllegalArgumentException("offset must be at least 0, was " + offset);
    }
    if (length < 0) {
      throw new IllegalArgumentException("length must be at least 0, was " + length);
    }
  }
}
