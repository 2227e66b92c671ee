package io.github.dl4jstability.listeners;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;

/**
 * Keeps our faults away from the user's training: a part that throws is reported once and left out
 * from then on. Thread-safe.
 */
final class FaultBarrier {
  private final Logger log;
  private final Set<String> switchedOff = ConcurrentHashMap.newKeySet();

  FaultBarrier(Logger log) {
    this.log = log;
  }

  /** Tells whether a part has not been switched off. */
  boolean isOn(String part) {
    return !switchedOff.contains(part);
  }

  /** Runs an action of a part, unless the part is switched off. Never throws. */
  void run(String part, Runnable action) {
    if (!isOn(part)) {
      return;
    }
    try {
      action.run();
    } catch (
        Throwable fault) { // An Error, such as a missing class, must not reach training either.
      switchOff(part, fault);
    }
  }

  /** Switches a part off and says so, once. */
  void switchOff(String part, Throwable fault) {
    if (switchedOff.add(part)) {
      log.error(
          "DL4J Stability switched off its {} after a fault of its own; training goes on.",
          part,
          fault);
    }
  }
}
