package io.github.dl4jstability.benchmarks.zoo;

import java.util.Locale;

/** Which parts of a minibatch carry a mask. */
enum Masks {
  NONE,
  FEATURES,

  /** One value for each example, step or pixel; of several outputs every second has none. */
  LABELS,

  BOTH,

  /** One value for each label, so that a mask has the shape of its labels. */
  PER_OUTPUT;

  boolean onFeatures() {
    return this == FEATURES || this == BOTH;
  }

  boolean onLabels() {
    return this == LABELS || this == BOTH || this == PER_OUTPUT;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
