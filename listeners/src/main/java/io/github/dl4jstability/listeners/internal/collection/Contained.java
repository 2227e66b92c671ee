package io.github.dl4jstability.listeners.internal.collection;

import io.github.dl4jstability.listeners.internal.logging.LogText;
import io.github.dl4jstability.listeners.internal.logging.LoggedFault;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a fault in one kind of look, at one layer or all, from taking all measurements with it. The
 * look is left out in that iteration, for what failed may have been the minibatch; after {@value
 * #MOST_IN_A_ROW} faults in a row it is left out from then on. Both are told once.
 */
final class Contained {
  /** Looks in a row that fail, after which there are no more. */
  static final int MOST_IN_A_ROW = 5;

  private static final Logger LOG = LoggerFactory.getLogger(Contained.class);

  private final String what;
  private boolean told;
  private int inARow;

  /**
   * @param what what is looked at, as shown to people
   */
  Contained(String what) {
    this.what = LogText.oneLine(what);
  }

  <T> T get(Supplier<T> look, T otherwise) {
    if (inARow == MOST_IN_A_ROW) {
      return otherwise;
    }
    try {
      T seen = look.get();
      inARow = 0;
      return seen;
    } catch (RuntimeException fault) {
      inARow++;
      tell(LoggedFault.of(fault));
      return otherwise;
    }
  }

  private void tell(LoggedFault fault) {
    if (inARow == MOST_IN_A_ROW) {
      LOG.warn("DL4J Stability leaves out {}; training and all else go on.", what, fault);
    } else if (!told) {
      told = true;
      LOG.warn("DL4J Stability leaves out one look at {}; all else goes on.", what, fault);
    }
  }

  void run(Runnable look) {
    get(
        () -> {
          look.run();
          return true;
        },
        false);
  }
}
