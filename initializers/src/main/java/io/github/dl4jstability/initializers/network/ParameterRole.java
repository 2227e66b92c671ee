package io.github.dl4jstability.initializers.network;

/** What a parameter does in its layer. */
public enum ParameterRole {
  /** Multiplies the layer's input: dense and convolution kernels, input kernels, projections. */
  WEIGHT,
  /** Multiplies the layer's own previous output. */
  RECURRENT_WEIGHT,
  /** Is looked up rather than multiplied: embeddings, learned queries. */
  EMBEDDING,
  /** Multiplies each input by itself: element-wise multiplication. */
  SCALE,
  /** Is added. */
  BIAS,
  /**
   * Anything that no initializer should touch unless a rule names it: slopes, batch normalization,
   * layer normalization, class centers, unknown parameters of custom layers.
   */
  OTHER
}
