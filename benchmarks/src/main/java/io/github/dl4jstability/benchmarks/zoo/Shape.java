package io.github.dl4jstability.benchmarks.zoo;

import java.util.List;
import java.util.Locale;

/** What the minibatches of an epoch look like. */
enum Shape {
  /** One example each. */
  ONE(size(1, 4, 6), size(1, 4, 6), size(1, 4, 6)),

  /** The last one of the epoch is smaller. */
  RAGGED(size(5, 4, 6), size(5, 4, 6), size(5, 4, 6), size(2, 4, 6)),

  /** Sequences of four steps are cut into pieces of three: the last piece has one. */
  TBPTT(size(4, 4, 6), size(4, 4, 6), size(3, 4, 6)),

  /** Other numbers of examples each time, and other sequences and images where possible. */
  CHANGING(size(5, 4, 6), size(3, 2, 8), size(1, 5, 4));

  /** Steps of a piece in truncated backpropagation through time. */
  static final int PIECE = 3;

  @SuppressWarnings("ImmutableEnumChecker") // Made by List.of.
  private final List<Size> sizes;

  Shape(Size... sizes) {
    this.sizes = List.of(sizes);
  }

  /**
   * The size of one minibatch.
   *
   * @param side of images and volumes
   */
  record Size(int examples, int steps, int side) {
    /** The same number of examples with the usual steps and side. */
    Size usual() {
      return size(examples, 4, 6);
    }
  }

  private static Size size(int examples, int steps, int side) {
    return new Size(examples, steps, side);
  }

  List<Size> sizes() {
    return sizes;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
