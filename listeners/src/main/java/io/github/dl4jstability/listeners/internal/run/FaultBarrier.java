package io.github.dl4jstability.listeners.internal.run;

import io.github.dl4jstability.listeners.internal.logging.LogText;
import io.github.dl4jstability.listeners.internal.logging.LoggedFault;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;

/**
 * Keeps our faults away from the user's training. A part that throws is reported once for each kind
 * of fault; what it was about to do is left out. A part that has to be whole to be right is left
 * out from its first fault on, others after {@value #MOST_IN_A_ROW} in a row: one odd minibatch
 * must not end what went well before it and may go well after it. Thread-safe.
 *
 * <p>Errors are held back like exceptions. An {@code OutOfMemoryError}, a {@code
 * StackOverflowError} or a {@code LinkageError} that comes up in our code may be due to our code
 * alone; where it is not, training meets the next one by itself. The same goes for what else a
 * virtual machine throws. Only a {@code ThreadDeath} is passed on: somebody has stopped the thread,
 * not us.
 */
public final class FaultBarrier {
  /** Faults in a row after which even a part that may fail now and then is switched off. */
  static final int MOST_IN_A_ROW = 5;

  /** Kinds of faults, and notes, that are remembered as told; those beyond are not told. */
  static final int MOST_TOLD = 64;

  private final Logger log;
  private final Set<String> switchedOff = ConcurrentHashMap.newKeySet();
  private final Set<String> told = ConcurrentHashMap.newKeySet();
  private final Map<String, Integer> inARow = new ConcurrentHashMap<>();

  public FaultBarrier(Logger log) {
    this.log = log;
  }

  /** Tells whether a part has not been switched off. */
  boolean isOn(String part) {
    return !switchedOff.contains(part);
  }

  /** Runs an action of a part that has to be whole, unless it is switched off. Never throws. */
  public void run(String part, Runnable action) {
    if (isOn(part)) {
      try {
        action.run();
      } catch (Throwable fault) {
        passOnThreadDeath(fault);
        switchOff(part, fault);
      }
    }
  }

  /** Runs an action of a part that may fail now and then, unless it is switched off. */
  public void attempt(String part, Runnable action) {
    if (isOn(part)) {
      try {
        action.run();
        if (!inARow.isEmpty()) {
          inARow.remove(part);
        }
      } catch (Throwable fault) {
        passOnThreadDeath(fault);
        if (inARow.merge(part, 1, Integer::sum) < MOST_IN_A_ROW) {
          leaveOut(part, fault);
        } else {
          switchOff(part, fault);
        }
      }
    }
  }

  /** By name, since later versions of Java may do without the class. */
  public static void passOnThreadDeath(Throwable fault) {
    if (fault instanceof Error error
        && fault.getClass().getName().equals("java.lang.ThreadDeath")) {
      throw error;
    }
  }

  /** Says that a part did not do what it had to, once for each kind of fault. */
  public void leaveOut(String part, Throwable fault) {
    safely(
        () -> {
          LoggedFault copy = LoggedFault.of(fault);
          if (isNew(part + " " + copy.origin())) {
            log.warn(
                "DL4J Stability leaves out one turn of its {} after a fault of its own; training"
                    + " goes on.",
                LogText.oneLine(part),
                copy);
          }
        });
  }

  /** Switches a part off and says so, once. */
  public void switchOff(String part, Throwable fault) {
    if (switchedOff.add(part)) {
      sayThatOff(part, fault);
    }
  }

  /** Says that a part is off, where that is true for one model only; once for each kind. */
  public void switchOffForOneModel(String part, Throwable fault) {
    if (isNew(part + " is off")) {
      sayThatOff(part + " of a network", fault);
    }
  }

  private void sayThatOff(String part, Throwable fault) {
    safely(
        () ->
            log.error(
                "DL4J Stability switched off its {} after a fault of its own; training goes on.",
                LogText.oneLine(part),
                LoggedFault.of(fault)));
  }

  /** Says, once, what is not done and why. */
  public void note(String sentence) {
    if (isNew(sentence)) {
      safely(() -> log.info(LogText.oneLine(sentence)));
    }
  }

  /** Warns of a fault that is not ours. */
  public void warn(String sentence, LoggedFault fault) {
    safely(() -> log.warn(sentence, fault));
  }

  private boolean isNew(String what) {
    return told.size() < MOST_TOLD && told.add(what);
  }

  /** A logger runs code of others too. */
  private static void safely(Runnable logging) {
    try {
      logging.run();
    } catch (Throwable fault) {
      passOnThreadDeath(fault);
    }
  }
}
