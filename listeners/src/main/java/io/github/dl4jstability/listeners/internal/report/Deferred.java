package io.github.dl4jstability.listeners.internal.report;

import io.github.dl4jstability.listeners.internal.logging.LoggedFault;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.deeplearning4j.core.storage.Persistable;

/**
 * Records that a sink leaves to the writing thread to make. A fault in making one is a fault of the
 * sink, not of the storage: the record is left out, and after some in a row all are.
 */
final class Deferred {
  /** Records in a row that cannot be made, after which no more are. */
  static final int MOST_FAULTS_IN_A_ROW = 5;

  private final Consumer<LoggedFault> faults;
  private volatile int inARow;

  /**
   * @param faults told of each fault, in the thread that writes
   */
  Deferred(Consumer<LoggedFault> faults) {
    this.faults = faults;
  }

  /** Returns what makes a record; it gives nothing after a fault. */
  Supplier<Optional<Persistable>> make(Supplier<? extends Persistable> record) {
    return () -> {
      if (inARow >= MOST_FAULTS_IN_A_ROW) {
        return Optional.empty();
      }
      try {
        Optional<Persistable> made = Optional.of(record.get());
        inARow = 0;
        return made;
      } catch (RuntimeException | LinkageError e) {
        inARow = Math.min(inARow + 1, MOST_FAULTS_IN_A_ROW);
        faults.accept(LoggedFault.of(e));
        return Optional.empty();
      }
    };
  }
}
