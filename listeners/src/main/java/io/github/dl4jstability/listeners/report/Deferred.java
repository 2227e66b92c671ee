package io.github.dl4jstability.listeners.report;

import java.util.Optional;
import java.util.function.Supplier;
import org.deeplearning4j.core.storage.Persistable;
import org.jspecify.annotations.Nullable;

/**
 * Records that a sink leaves to the writing thread to make. A fault in making one is a fault of the
 * sink, not of the storage: it comes up at the sink's next call.
 */
final class Deferred {
  private volatile @Nullable RuntimeException fault;

  /** Throws what went wrong in the writing thread, if anything did. */
  void check() {
    RuntimeException earlier = fault;
    if (earlier != null) {
      throw earlier;
    }
  }

  /** Returns what makes a record; it gives nothing after a fault. */
  Supplier<Optional<Persistable>> make(Supplier<? extends Persistable> record) {
    return () -> {
      try {
        return Optional.of(record.get());
      } catch (RuntimeException | LinkageError e) {
        fault = new IllegalStateException("A record could not be made.", e);
        return Optional.empty();
      }
    };
  }
}
