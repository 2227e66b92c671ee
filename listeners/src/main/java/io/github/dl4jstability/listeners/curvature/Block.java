package io.github.dl4jstability.listeners.curvature;

/**
 * A contiguous group of parameters, as a layer.
 *
 * @param name what people call it
 * @param offset index of the first parameter
 * @param length number of parameters
 */
public record Block(String name, long offset, long length) {

  /** Checks the range. */
  public Block {
    if (offset < 0 || length < 1) {
      throw new IllegalArgumentException(
          "block must have offset >= 0 and length >= 1, was " + offset + " and " + length);
    }
  }
}
