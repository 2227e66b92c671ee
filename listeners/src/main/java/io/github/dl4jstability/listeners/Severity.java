package io.github.dl4jstability.listeners;

/** How much a {@link Diagnosis} matters. The order is ascending. */
public enum Severity {
  /** Worth knowing; nothing has to be done. */
  INFO,
  /** Training goes on but wastes time or quality until something is changed. */
  WARNING,
  /** The run is lost or about to be lost. */
  ERROR
}
