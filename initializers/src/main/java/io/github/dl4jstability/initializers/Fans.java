package io.github.dl4jstability.initializers;

/**
 * How many connections a weight's units have.
 *
 * @param in inputs per unit; not an integer where a stride makes it vary
 * @param out units that an input reaches
 */
public record Fans(double in, double out) {

  /** Rejects negative and non-finite counts. */
  public Fans {
    Require.notNegative("in", in);
    Require.notNegative("out", out);
  }
}
