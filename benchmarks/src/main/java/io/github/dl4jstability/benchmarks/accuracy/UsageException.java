package io.github.dl4jstability.benchmarks.accuracy;

/** A command line that cannot be understood. The message tells the rule and what was given. */
final class UsageException extends Exception {
  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }
}
