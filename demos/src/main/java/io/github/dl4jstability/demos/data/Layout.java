package io.github.dl4jstability.demos.data;

/** How the pixels of a batch lie. */
public enum Layout {
  /** One row per image, for dense layers: [batch, 784]. */
  FLAT,
  /** One channel, height and width, for convolutions: [batch, 1, 28, 28]. */
  CHANNELS_FIRST;

  long[] shape(int batchSize) {
    return switch (this) {
      case FLAT -> new long[] {batchSize, FashionMnist.PIXELS};
      case CHANNELS_FIRST -> new long[] {batchSize, 1, FashionMnist.SIDE, FashionMnist.SIDE};
    };
  }
}
